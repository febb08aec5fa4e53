//! What the calls are made of: people whose addresses nearly collide, and texts that mean something to some database.

pub const EMAILS: &[&str] = &[
    "ada@example.com",
    "ADA@Example.COM",
    " ada@example.com ",
    "a_da@example.com",
    "a%da@example.com",
    "jos\u{e9}@example.com",
    "jose\u{301}@example.com",
    "jose@example.com",
    "stra\u{df}e@example.com",
    "STRASSE@example.com",
    "grace@ex\u{e4}mple.example",
    "grace@xn--exmple-cua.example",
    "o'hara@example.com",
    "$ne@example.com",
    "{\"$gt\":\"\"}@example.com",
    "nobody@",
    "",
];

pub const PASSWORDS: &[&str] = &[
    "correct horse battery staple",
    "correct horse battery staple",
    "correct horse battery staple",
    "another long pass phrase",
    "another long pass phrase ",
    "caf\u{e9} au lait tous les jours",
    "cafe\u{301} au lait tous les jours",
    "password123",
    "short",
    "' OR '1'='1' -- and so on",
];

/// Most are allowed; control characters and what is too long are refused alike.
pub const TEXTS: &[&str] = &[
    "Ada",
    "Ada Lovelace",
    "'",
    "\"",
    "\\",
    "%",
    "_",
    "'; DROP TABLE customers; --",
    "$ne",
    "{\"$gt\":\"\"}",
    "$1 ?1 :name @name ?",
    "a\u{0}b",
    "\u{1f980}\u{1f3f3}\u{fe0f}\u{200d}\u{1f308}",
    "Jos\u{e9}",
    "Jose\u{301}",
    "trailing ",
    " leading",
    "line\nbreak",
    "\u{202e}evil",
    "\u{feff}bom",
    "NULL",
    "",
    "<script>alert(1)</script>",
    "wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww\
     wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww",
];

pub const PHONES: &[&str] = &["+4930901820", "0049 (30) 901820", "12", "", "+1'--"];
pub const COUNTRIES: &[&str] = &["AT", "de", "XX", "Austria", ""];
pub const MODES: &[&str] = &["jwt", "cookie", "token", "token", "paper"];
pub const KEYS: &[&str] = &["key-1", "key-2", "\"key-3\"", "' OR 1=1", ""];
pub const NETWORKS: &[&str] = &["203.0.113.7", "203.0.113.8", "2001:db8::1", "2001:db8::2", "unknown"];
pub const ETAGS: &[&str] = &["\"1\"", "\"2\"", "\"3\"", "*", "W/\"1\"", "x"];
pub const BODIES: &[&str] = &[
    "",
    "{",
    "[]",
    "null",
    "{\"email\":\"\\ud800\"}",
    "{\"email\":{\"$gt\":\"\"},\"password\":{\"$ne\":1}}",
    "{\"email\":\"a@b.example\",\"email\":\"c@d.example\"}",
];
