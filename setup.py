"""Says under which name each top-level folder is installed; all else is in setup.cfg."""

from setuptools import find_packages, setup

INSTALLED_AS = {
    "lms": "lms",
    "plugins": "lms_plugins",
    "curricula": "lms_curricula",
    "assessments": "lms_assessments",
}


def packages():
    for folder, name in INSTALLED_AS.items():
        yield name
        yield from (f"{name}.{package}" for package in find_packages(folder))


setup(
    packages=list(packages()),
    package_dir={name: folder for folder, name in INSTALLED_AS.items()},
)
