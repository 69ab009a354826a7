//! What teams, topics and people of the large organisation are called.

#[rustfmt::skip]
pub(super) const TEAMS: [&str; 20] = [
    "speech", "vision", "retrieval", "safety", "ranking", "search", "finance", "legal", "robotics", "health",
    "energy", "support", "research", "platform", "security", "marketing", "logistics", "claims", "trading", "weather",
];
#[rustfmt::skip]
pub(super) const TOPICS: [&str; 25] = [
    "asr", "ocr", "chat", "embed", "judge", "agents", "tuning", "evals", "ingest", "serving", "labels", "forecast",
    "summary", "routing", "guard", "code", "voice", "notes", "triage", "pricing", "churn", "fraud", "maps", "docs", "lab",
];
#[rustfmt::skip]
const FIRST_NAMES: [&str; 40] = [
    "sofia", "ingrid", "marco", "kwame", "pavel", "hiro", "helena", "irina", "quentin", "yara", "diego", "aisha",
    "freya", "ines", "chloe", "lucia", "bruno", "lena", "tamara", "priya", "jonas", "noah", "viktor", "sven", "emil",
    "katya", "greta", "oskar", "wei", "ahmed", "mateo", "hana", "leila", "giulia", "salma", "samuel", "jamal", "rania",
    "zoltan", "yuki",
];
#[rustfmt::skip]
const LAST_NAMES: [&str; 50] = [
    "tanaka", "ivanova", "okafor", "kowalski", "kim", "petrov", "costa", "novak", "molefe", "wojcik", "hussain",
    "zielinska", "diallo", "wagner", "malik", "becker", "sato", "silva", "fischer", "olsen", "mensah", "schmidt", "iyer",
    "garcia", "martin", "cohen", "vogel", "keller", "saleh", "chen", "haddad", "lindqvist", "bello", "conti", "ortega",
    "berg", "adeyemi", "volkov", "aziz", "sokolova", "alves", "popova", "hansen", "antonova", "sharma", "ramos", "larsen",
    "yilmaz", "farouk", "khoury",
];

/// Returns the e-mail address of one of the people.
pub(super) fn person(number: usize) -> String {
    let first = entry(&FIRST_NAMES, number);
    let last = entry(&LAST_NAMES, number / FIRST_NAMES.len());
    match number / (FIRST_NAMES.len() * LAST_NAMES.len()) {
        0 => format!("{first}.{last}@example.com"),
        n => format!("{first}.{last}{}@example.com", n + 1),
    }
}

/// Returns an entry of a list that begins again when it is over.
pub(super) fn entry(list: &[&'static str], number: usize) -> &'static str {
    list.get(number % list.len().max(1)).copied().unwrap_or_default()
}
