"""Framework, banks, assessments, templates and methodology as YAML; installed as `lms_assessments`."""
