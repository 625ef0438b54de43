"""Who there is: organisations, posts and people of the demo. Lines are long on purpose: one person, one line."""

from dataclasses import dataclass, field

from lms.accounts.rules import OrganisationKind, Role


@dataclass(frozen=True, slots=True)
class Body:
    """An organisation: `parent` is the code of the one above; `strength` 0 … 1 says how far it has come."""

    code: str
    name: str
    kind: OrganisationKind
    parent: str = ""
    pcode: str = ""
    strength: float = 0.5
    names: dict[str, str] = field(default_factory=dict)


_K = OrganisationKind
BODIES = (
    Body(
        "programme",
        "Velaria Capacity Programme",
        _K.TRAINING_INSTITUTION,
        "",
        "",
        0.8,
        {
            "fr": "Programme de renforcement des capacités de Velaria",
            "ar": "برنامج بناء القدرات في فيلاريا",
        },
    ),
    Body(
        "unmiv",
        "UN Mission in Velaria",
        _K.PEACE_OPERATION,
        "programme",
        "",
        0.8,
        {"fr": "Mission des Nations Unies en Velaria", "ar": "بعثة الأمم المتحدة في فيلاريا"},
    ),
    Body(
        "ministry-local",
        "Ministry of Local Government",
        _K.NATIONAL_AUTHORITY,
        "programme",
        "VL",
        0.6,
        {"fr": "Ministère des collectivités locales", "ar": "وزارة الحكم المحلي"},
    ),
    Body(
        "ministry-interior",
        "Ministry of the Interior",
        _K.NATIONAL_AUTHORITY,
        "programme",
        "VL",
        0.6,
        {"fr": "Ministère de l’Intérieur", "ar": "وزارة الداخلية"},
    ),
    Body(
        "lumeya",
        "Lumeya District",
        _K.LOCAL_GOVERNMENT,
        "ministry-local",
        "VL0101",
        0.85,
        {"fr": "District de Lumeya", "ar": "مقاطعة لوميا"},
    ),
    Body(
        "karsa",
        "Karsa District",
        _K.LOCAL_GOVERNMENT,
        "ministry-local",
        "VL0102",
        0.65,
        {"fr": "District de Karsa", "ar": "مقاطعة كارسا"},
    ),
    Body(
        "ombeni",
        "Ombeni District",
        _K.LOCAL_GOVERNMENT,
        "ministry-local",
        "VL0201",
        0.45,
        {"fr": "District d’Ombeni", "ar": "مقاطعة أومبيني"},
    ),
    Body(
        "tiraz",
        "Tiraz District",
        _K.LOCAL_GOVERNMENT,
        "ministry-local",
        "VL0202",
        0.25,
        {"fr": "District de Tiraz", "ar": "مقاطعة طراز"},
    ),
    Body(
        "police-academy",
        "National Police Academy",
        _K.TRAINING_INSTITUTION,
        "ministry-interior",
        "VL0101",
        0.7,
        {"fr": "Académie nationale de police", "ar": "الأكاديمية الوطنية للشرطة"},
    ),
    Body(
        "clean-water-now",
        "Clean Water Now",
        _K.CIVIL_SOCIETY,
        "programme",
        "",
        0.6,
        {"fr": "De l’eau propre maintenant", "ar": "المياه النظيفة الآن"},
    ),
)

#: Posts of each district: key, titles, required levels.
DISTRICT_POSTS = (
    (
        "administrator",
        {
            "en": "District Administrator",
            "fr": "Administratrice ou administrateur de district",
            "ar": "مدير(ة) المقاطعة",
        },
        {"gov-01": 2, "gov-02": 2, "cri-03": 1},
    ),
    (
        "finance-officer",
        {"en": "Finance officer", "fr": "Responsable des finances", "ar": "مسؤول(ة) المالية"},
        {"gov-01": 1, "gov-04": 2},
    ),
    (
        "disaster-officer",
        {
            "en": "Disaster-management officer",
            "fr": "Responsable de la gestion des catastrophes",
            "ar": "مسؤول(ة) إدارة الكوارث",
        },
        {"cri-03": 2, "cri-04": 1, "cri-06": 2},
    ),
    (
        "health-officer",
        {
            "en": "District health officer",
            "fr": "Médecin-chef de district",
            "ar": "مسؤول(ة) الصحة في المقاطعة",
        },
        {"cri-04": 2, "cri-05": 1},
    ),
    (
        "police-commander",
        {
            "en": "District police commander",
            "fr": "Commandant(e) de police du district",
            "ar": "قائد(ة) شرطة المقاطعة",
        },
        {"sec-01": 2, "sec-02": 2, "sec-06": 1},
    ),
    (
        "police-liaison",
        {"en": "Police liaison", "fr": "Liaison avec la police", "ar": "مسؤول(ة) الاتصال بالشرطة"},
        {"sec-01": 1, "sec-02": 1},
    ),
    (
        "records-officer",
        {
            "en": "Clerk and records officer",
            "fr": "Responsable du greffe et des archives",
            "ar": "مسؤول(ة) السجلات",
        },
        {"gov-01": 1, "gov-04": 1, "coo-01": 1},
    ),
    (
        "planning-officer",
        {
            "en": "Planning officer",
            "fr": "Responsable de la planification",
            "ar": "مسؤول(ة) التخطيط",
        },
        {"gov-01": 2, "gov-02": 1, "cri-06": 1},
    ),
)


@dataclass(frozen=True, slots=True)
class Person:
    """A person: sign-in name, name, organisation, roles, post held in it, language."""

    sign_in_name: str
    name: str
    body: str
    roles: tuple[Role, ...] = (Role.LEARNER,)
    post: str = ""
    language: str = "en"
    names: dict[str, str] = field(default_factory=dict)


_R = Role
PEOPLE = (
    Person("admin", "Mira Solano", "programme", (_R.ADMINISTRATOR,)),
    Person("manager", "Tomas Reyel", "programme", (_R.PROGRAMME_MANAGER,)),
    Person(
        "trainer", "Noor Kassab", "programme", (_R.TRAINER, _R.EVALUATOR), names={"ar": "نور كسّاب"}
    ),
    Person("evaluator", "Paul Iweta", "unmiv", (_R.EVALUATOR,)),
    Person("bos", "Anneke Bos", "unmiv", (_R.LIAISON_OFFICER, _R.EVALUATOR)),
    Person("tanaka", "Mei Tanaka", "unmiv", (_R.LEARNER,)),
    Person("sol", "Karim Sol", "unmiv", (_R.LEARNER,), language="ar", names={"ar": "كريم سول"}),
    Person("engineer", "Ilse Varga", "unmiv", (_R.PROGRAMME_MANAGER,)),
    Person("medic", "Olu Badero", "unmiv"),
    Person("planner", "Rosa Hidalgo", "unmiv"),
    Person("logistics", "Jonas Weir", "unmiv", (_R.LIAISON_OFFICER,)),
    Person("academy", "Farah Deng", "police-academy", (_R.TRAINER, _R.EVALUATOR)),
    Person("instructor", "Lucien Mbaro", "police-academy", (_R.TRAINER,), language="fr"),
    Person("cadet-one", "Hana Okoro", "police-academy"),
    Person("cadet-two", "Remy Aduba", "police-academy", language="fr"),
    Person("cadet-three", "Safiya Noor", "police-academy", language="ar", names={"ar": "صفية نور"}),
    Person(
        "local-desk", "Beatrice Amsel", "ministry-local", (_R.PROGRAMME_MANAGER,), language="fr"
    ),
    Person("local-clerk", "Dele Orkan", "ministry-local"),
    Person(
        "interior-desk",
        "Yusra Halabi",
        "ministry-interior",
        (_R.PROGRAMME_MANAGER,),
        language="ar",
        names={"ar": "يسرى الحلبي"},
    ),
    Person("interior-clerk", "Viktor Lund", "ministry-interior"),
    Person("water-lead", "Grace Tolland", "clean-water-now", (_R.LIAISON_OFFICER,)),
    Person("water-field", "Abel Nsona", "clean-water-now"),
    Person("water-hygiene", "Lina Markos", "clean-water-now"),
    # Lumeya District, as the courses tell of it.
    Person(
        "amina",
        "Amina Dorval",
        "lumeya",
        (_R.LEARNER, _R.LIAISON_OFFICER),
        "administrator",
        names={"ar": "أمينة دورفال"},
    ),
    Person("samuel", "Samuel Oketo", "lumeya", post="finance-officer"),
    Person("idris", "Idris Faly", "lumeya", post="disaster-officer", language="fr"),
    Person("grace", "Grace Mundo", "lumeya", post="health-officer"),
    Person("ruth", "Ruth Calder", "lumeya", post="police-commander"),
    Person("pascal", "Pascal Ondu", "lumeya", post="police-liaison", language="fr"),
    Person("joseph", "Joseph Karr", "lumeya", post="records-officer"),
    Person(
        "salma",
        "Salma Reno",
        "lumeya",
        post="planning-officer",
        language="ar",
        names={"ar": "سلمى رينو"},
    ),
    Person("daniel", "Daniel Ashe", "lumeya"),
    Person("leila", "Leila Haddane", "lumeya", language="ar", names={"ar": "ليلى حدّان"}),
    Person("hawa", "Hawa Biko", "lumeya"),
    Person(
        "karsa-admin",
        "Mathieu Corbin",
        "karsa",
        (_R.LEARNER, _R.LIAISON_OFFICER),
        "administrator",
        "fr",
    ),
    Person("karsa-money", "Esther Vale", "karsa", post="finance-officer"),
    Person(
        "karsa-flood",
        "Omar Tazi",
        "karsa",
        post="disaster-officer",
        language="ar",
        names={"ar": "عمر تازي"},
    ),
    Person("karsa-health", "Ines Duarte", "karsa", post="health-officer", language="fr"),
    Person("karsa-police", "Peter Mollen", "karsa", post="police-commander"),
    Person("karsa-liaison", "Aisha Lamin", "karsa", post="police-liaison"),
    Person("karsa-clerk", "Jean-Baptiste N’Dour", "karsa", post="records-officer", language="fr"),
    Person("karsa-plan", "Nadia Serrat", "karsa", post="planning-officer"),
    Person("karsa-trainer", "Wanjiru Obel", "karsa", (_R.TRAINER, _R.EVALUATOR)),
    Person("karsa-youth", "Tariq Benali", "karsa", language="ar", names={"ar": "طارق بن علي"}),
    Person(
        "ombeni-admin",
        "Fatou Kandeh",
        "ombeni",
        (_R.LEARNER, _R.LIAISON_OFFICER),
        "administrator",
        "fr",
    ),
    Person("ombeni-money", "Simon Arkady", "ombeni", post="finance-officer"),
    Person("ombeni-flood", "Rahel Tesfay", "ombeni", post="disaster-officer"),
    Person(
        "ombeni-health",
        "Khaled Mansour",
        "ombeni",
        post="health-officer",
        language="ar",
        names={"ar": "خالد منصور"},
    ),
    Person("ombeni-police", "Agnes Wolde", "ombeni", post="police-commander"),
    Person("ombeni-liaison", "Moussa Keita", "ombeni", post="police-liaison", language="fr"),
    Person("ombeni-clerk", "Clara Jensen", "ombeni", post="records-officer"),
    Person("ombeni-youth", "Ibrahim Sesay", "ombeni"),
    Person(
        "tiraz-admin",
        "Zaynab Qadiri",
        "tiraz",
        (_R.LEARNER, _R.LIAISON_OFFICER),
        "administrator",
        "ar",
        {"ar": "زينب القادري"},
    ),
    Person("tiraz-flood", "Edgar Moyo", "tiraz", post="disaster-officer"),
    Person("tiraz-health", "Amélie Roux", "tiraz", post="health-officer", language="fr"),
    Person(
        "tiraz-police",
        "Hassan Jallow",
        "tiraz",
        post="police-commander",
        language="ar",
        names={"ar": "حسن جالو"},
    ),
    Person("tiraz-clerk", "Mary Lindqvist", "tiraz", post="records-officer"),
    Person("tiraz-youth", "Kofi Adjei", "tiraz"),
)

PASSWORD = "under the baraza tree"
#: Whom the four journeys of the README sign in as, and what for.
SHOWN = (
    ("amina", "a local official: courses, own record, exchanges"),
    ("trainer", "a trainer: exercises, results, certificates"),
    ("evaluator", "an evaluator: ratings of exercises, practical tasks"),
    ("manager", "a programme manager: capacity, exchanges, reports"),
    ("logistics", "the mission's liaison officer: the other side of an exchange"),
    ("admin", "an administrator: people, organisations, plugins"),
)
