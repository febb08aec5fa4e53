//! Every spelling that a console shows or somebody pastes, and what becomes of it.

use super::*;

fn server(url: &str) -> Server {
    match Place::of(url) {
        Ok(Place::Server(server)) => *server,
        Ok(Place::File(path)) => panic!("{url} names the file {path}"),
        Err(error) => panic!("{url}: {error}"),
    }
}

fn refusal(url: &str) -> String {
    let line = Place::of(url).err().unwrap_or_else(|| panic!("{url} was taken")).to_string();
    assert!(!line.contains('\n'), "{line}");
    line
}

/// Signs that mean something in a URL, a shell or a template, and others.
const SIGNS: &[char] = &[
    '#', '/', '@', ':', '?', '&', '=', '%', '+', ',', ';', '!', '$', '\'', '"', '(', ')', '*', '[', ']', '{',
    '}', '<', '>', '|', '\\', '^', '`', '~', ' ', '\t', 'ß', '密',
];

/// A password whose every piece is known again wherever it is printed.
fn passwords() -> Vec<String> {
    let mut all = Vec::new();
    for first in SIGNS {
        all.extend([
            format!("{first}hush"),
            format!("hush{first}"),
            format!("hu{first}hush"),
            format!("{first}hush{first}"),
        ]);
        all.extend(SIGNS[..6].iter().map(|second| format!("hush{first}hush{second}hush")));
    }
    all
}

const FORMS: [&str; 10] = [
    "postgres://shop:PW@db.example/shop",
    "postgresql://shop:PW@db.example:5432/shop?sslmode=require&channel_binding=require",
    "mysql://shop:PW@db.example:3306/shop?ssl-mode=REQUIRED",
    "mariadb://shop:PW@db.example/shop",
    "mongodb://shop:PW@db.example,db2.example/shop?retryWrites=true",
    "mongodb+srv://shop:PW@cluster0.example/?appName=Cluster0",
    "postgres://shop:PW@db.example",
    "PW@db.example/shop",
    "shop:PW@db.example/shop",
    "jdbc:postgresql://db.example/shop?user=shop&password=PW",
];

#[test]
fn no_piece_of_a_password_is_printed_or_taken_for_a_host() {
    for password in passwords() {
        for form in FORMS {
            let url = form.replace("PW", &password);
            match Place::of(&url) {
                Err(error) => assert!(!error.to_string().contains("hush"), "{url}: {error}"),
                // A path of a file may have any sign.
                Ok(Place::File(_)) => panic!("{url} names a file"),
                Ok(Place::Server(server)) => {
                    assert_eq!(server.password.as_deref(), Some(password.as_str()), "{url}");
                    assert!(server.hosts.iter().all(|host| host.name.ends_with(".example")), "{url}");
                }
            }
            let shown = without_password(&url);
            assert!(!shown.contains("hush"), "{url}: {shown}");
            assert!(has_password(&url), "{url}");
        }
    }
}

#[test]
fn a_sign_that_has_two_readings_is_to_be_encoded() {
    for sign in ["#", "/", "@", ":", "?", "%"] {
        for form in &FORMS[..6] {
            let raw = refusal(&form.replace("PW", &format!("s3{sign}ret")));
            assert!(raw.contains("percent-encode"), "{raw}");
            let encoded = format!("s3%{:02X}ret", sign.as_bytes()[0]);
            let url = server(&form.replace("PW", &encoded));
            assert_eq!(url.password, Some(format!("s3{sign}ret")));
            // What the driver gets says the same.
            let spelled = url.spelled(&url.hosts, &[]);
            assert!(spelled.contains(&encoded), "{spelled}");
        }
    }
}

#[test]
fn a_placeholder_is_named() {
    for placeholder in
        ["[YOUR-PASSWORD]", "<db_password>", "<password>", "{your_password}", "${DB_PASSWORD}", "PASSWORD"]
    {
        for form in &FORMS[..6] {
            let line = refusal(&form.replace("PW", placeholder));
            assert!(line.contains("its password is still a placeholder"), "{line}");
            assert!(line.contains(placeholder), "{line}");
        }
    }
    for (url, told) in [
        ("mongodb+srv://<db_username>:s3cret@cluster0.example/", "user"),
        ("postgres://shop:s3cret@<host>/shop", "host"),
        ("postgres://shop:s3cret@db.example/{database}", "database"),
        ("postgres://shop:****************@db.example/shop", "password"),
        ("postgres://shop:[hush]@db.example/shop", "password"),
        ("postgres://shop:<hushpassword>@db.example/shop", "password"),
    ] {
        let line = refusal(url);
        assert!(line.contains(&format!("its {told} is still a placeholder")), "{line}");
        assert!(!line.contains("hush") && !line.contains("s3cret"), "{line}");
    }
}

/// What each console shows, with a password put in.
#[test]
fn the_urls_of_consoles_are_taken() {
    for (url, spelled) in [
        (
            "postgresql://neondb_owner:npg_x@ep-a-b-123-pooler.eu-central-1.aws.neon.tech/neondb?sslmode=require&channel_binding=require",
            "postgres://neondb%5Fowner:npg%5Fx@ep-a-b-123-pooler.eu-central-1.aws.neon.tech/neondb",
        ),
        (
            "postgres://postgres.abc:pw@aws-0-eu-central-1.pooler.supabase.com:6543/postgres?pgbouncer=true&connection_limit=1&supa=base-pooler.x",
            "postgres://postgres%2Eabc:pw@aws-0-eu-central-1.pooler.supabase.com:6543/postgres",
        ),
        (
            "postgres://default:pw@ep-x.neon.tech:5432/verceldb?sslmode=require&pgbouncer=true&connect_timeout=15",
            "postgres://default:pw@ep-x.neon.tech:5432/verceldb",
        ),
        (
            "postgres://avnadmin:pw@pg-1.aivencloud.com:12691/defaultdb?sslmode=require",
            "postgres://avnadmin:pw@pg-1.aivencloud.com:12691/defaultdb",
        ),
        (
            "postgres://shop%40server:pw@server.postgres.database.azure.com:5432/shop?sslmode=require",
            "postgres://shop%40server:pw@server.postgres.database.azure.com:5432/shop",
        ),
        (
            "mysql://u:pscale_pw_x@aws.connect.psdb.cloud/shop?ssl={\"rejectUnauthorized\":true}",
            "mysql://u:pscale%5Fpw%5Fx@aws.connect.psdb.cloud/shop",
        ),
        (
            "mysql://u:pw@aws.connect.psdb.cloud/shop?sslaccept=strict",
            "mysql://u:pw@aws.connect.psdb.cloud/shop",
        ),
        (
            "mysql://avnadmin:pw@mysql-1.aivencloud.com:12691/defaultdb?ssl-mode=REQUIRED",
            "mysql://avnadmin:pw@mysql-1.aivencloud.com:12691/defaultdb",
        ),
        (
            "postgres://u:pw@h1:5432,h2:5433/shop?target_session_attrs=read-write",
            "postgres://u:pw@h1:5432,h2:5433/shop",
        ),
    ] {
        let server = server(url);
        assert_eq!(server.spelled(&server.hosts, &[]), spelled);
    }
    let named = server("postgres://db.example/shop?user=u&password=h%40sh");
    assert_eq!(named.spelled(&named.hosts, &[]), "postgres://u:h%40sh@db.example/shop");
    let atlas = server(
        "mongodb+srv://shop:pw@cluster0.abc.mongodb.net/?retryWrites=true&w=majority&appName=Cluster0&useNewUrlParser=true&authSource=admin&ssl=true",
    );
    assert_eq!(
        atlas.spelled(&atlas.hosts, &atlas.all()),
        "mongodb+srv://shop:pw@cluster0.abc.mongodb.net/?authSource=admin&tls=true"
    );
}

#[test]
fn the_name_of_a_host_counts_and_its_address_where_there_is_no_name() {
    for (url, spelled, is_noted) in [
        ("postgres://u:pw@db.example/shop?hostaddr=10.0.0.5", "postgres://u:pw@db.example/shop", true),
        ("postgres:///shop?host=db.example&hostaddr=10.0.0.5", "postgres://db.example/shop", true),
        ("postgres:///shop?hostaddr=10.0.0.5&host=db.example", "postgres://db.example/shop", true),
        ("postgres:///shop?hostaddr=10.0.0.5&port=5433", "postgres://10.0.0.5:5433/shop", false),
        ("postgres:///shop?hostaddr=fd00::5", "postgres://[fd00::5]/shop", false),
        ("postgres:///shop?hostaddr=10.0.0.5,10.0.0.6", "postgres://10.0.0.5,10.0.0.6/shop", false),
    ] {
        let server = server(url);
        assert_eq!(server.spelled(&server.hosts, &[]), spelled);
        assert_eq!(server.notes.iter().any(|note| note.contains("hostaddr")), is_noted, "{url}");
    }
    assert!(refusal("postgres:///shop?hostaddr=db.example").contains("host=NAME"));
}

#[test]
fn each_parameter_of_others_has_an_answer() {
    for (url, told) in [
        ("postgres://u:pw@db/shop?statement-cache-capacity=0", "max_prepared_statements"),
        ("postgres://u:pw@db/shop?statement_cache_size=0", "max_prepared_statements"),
        ("postgres://u:pw@db/shop?prepareThreshold=0", "max_prepared_statements"),
        ("postgres://u:pw@db/shop?target_session_attrs=read-only", "takes writes"),
        ("postgres://u:pw@db/shop?sslcert=/dev/null", "come together"),
        ("postgres://u:pw@db/shop?sslidentity=c.p12&sslpassword=hush", "PEM"),
        ("postgres://u:pw@db/shop?service=shop", "write user, password"),
        ("postgres://db/shop?user=u&password=hush&hush", "at place 3"),
        ("postgres://u:pw@db/shop?sslrootcert=/nowhere.pem", "/nowhere.pem cannot be read"),
        ("mysql://u:pw@db/shop?ssl-ca=/nowhere.pem", "/nowhere.pem cannot be read"),
        ("mongodb://u:pw@db/shop?tlsCAFile=/nowhere.pem", "/nowhere.pem cannot be read"),
        ("mysql://u:pw@db/shop?schema=other", "name it in the path"),
        ("mongodb://u:pw@db/shop?loadBalanced=true", "name the servers"),
        ("mongodb://u:pw@db/shop?tlsAllowInvalidHostnames=true", "always checked"),
        ("mongodb://u:pw@db/shop?retryWrites=perhaps", "may be true"),
        ("postgres://u:pw@db/shop?sslmod=disable", "did you mean sslmode?"),
        ("postgres://u:pw@db/shop?Hush=1", "at place 1"),
        ("postgres://u:pw@db/shop?password=abc&____hush", "at place 2"),
        ("postgres://u:pw@db/shop?password=abc&user-hush", "did you mean user?"),
        ("postgres://u:pw@db/shop?sslmod=1&schem=x", "did you mean schema?"),
        ("postgres://u:pw@db/shop/more", "more than the name"),
    ] {
        let line = refusal(url);
        assert!(line.contains(told), "{line}");
        assert!(!line.contains("hush") && !line.contains("Hush"), "{line}");
    }
}

/// Dashes, case and underscores of a name change nothing; and no name of the table is without an effect or a sentence.
#[test]
fn every_spelling_of_a_parameter_is_one() {
    for url in ["sslMode=verify-full", "ssl_mode=VERIFY_FULL", "SSL-MODE=Verify-Full"] {
        assert_eq!(server(&format!("postgres://u:pw@db/shop?{url}")).parameter("tls"), Some("full"));
    }
    for url in ["schema=shop", "search_path=shop", "currentSchema=shop"] {
        assert_eq!(server(&format!("postgres://u:pw@db/shop?{url}")).parameter("schema"), Some("shop"));
    }
    for (engine, scheme) in
        [(Engine::Postgres, "postgres"), (Engine::Mysql, "mysql"), (Engine::Mongodb, "mongodb")]
    {
        for name in parameters::names(engine) {
            for value in ["true", "/dev/null", "perhaps"] {
                if let Err(error) = Place::of(&format!("{scheme}://u:pw@db/shop?{name}={value}")) {
                    let line = error.to_string();
                    assert!(!line.contains("is not known"), "{line}");
                }
            }
        }
    }
}

#[test]
fn a_sqlite_file_is_found_in_every_spelling() {
    for (url, path) in [
        ("sqlite:shop.db", "shop.db"),
        ("sqlite:./data/shop.db", "./data/shop.db"),
        ("sqlite:/var/lib/shop.db", "/var/lib/shop.db"),
        ("sqlite://shop.db", "shop.db"),
        ("sqlite:///var/lib/shop.db", "/var/lib/shop.db"),
        ("sqlite3:shop.db", "shop.db"),
        ("sqlite://data/shop.db?mode=rwc&connection_limit=1", "data/shop.db"),
        ("file:shop.db", "shop.db"),
        ("file:./shop.db", "./shop.db"),
        ("file:///var/lib/shop.db", "/var/lib/shop.db"),
        ("file://localhost/var/lib/shop.db", "/var/lib/shop.db"),
        ("file:my%20shop.db?cache=shared", "my shop.db"),
        ("sqlite:100%20.db", "100%20.db"),
        ("sqlite:a#b.db", "a#b.db"),
    ] {
        assert_eq!(sqlite_file(url), Some(path.into()), "{url}");
        assert!(matches!(Place::of(url), Ok(Place::File(name)) if name == path), "{url}");
        assert_eq!(without_password(url), url);
    }
    for url in [
        "sqlite:",
        "sqlite::memory:",
        "sqlite://",
        "file:shop.db?mode=memory",
        "sqlite:shop.db?immutable=1",
        "file::memory:?cache=shared",
    ] {
        assert!(refusal(url).contains("plain name of a file"), "{url}");
        assert_eq!(sqlite_file(url), None);
    }
    assert_eq!(sqlite_file("postgres://db/shop"), None);
}

#[test]
fn the_words_of_other_programs_are_named() {
    for (url, told) in [
        ("jdbc:postgresql://db/shop", "take jdbc: away"),
        ("postgresql+asyncpg://u:pw@db/shop", "write postgresql://"),
        ("mysql+pymysql://u:pw@db/shop", "write mysql://"),
        ("mysql2://u:pw@db/shop", "write mysql://"),
        ("psql 'postgresql://u:pw@db/shop'", "the URL alone"),
        ("DATABASE_URL=postgres://u:pw@db/shop", "the URL alone"),
        ("\"postgres://u:pw@db/shop\"", "quotes"),
        ("prisma://accelerate.example/?api_key=hush", "name the database itself"),
        ("oracle://db/shop", "use sqlite:PATH"),
        ("nonsense", "use sqlite:PATH"),
        ("hush@db/shop", "use sqlite:PATH"),
        ("hush:hush@db/shop", "use sqlite:PATH"),
        ("postgres:shop", "postgres://USER:PASSWORD@HOST/DATABASE"),
    ] {
        let line = refusal(url);
        assert!(line.contains(told) && !line.contains("hush"), "{url}: {line}");
    }
}

#[test]
fn a_url_is_shown_without_its_password() {
    for (url, shown) in [
        (
            "postgres://shop:hush@db:5432/shop?sslmode=require",
            "postgres://shop:(hidden)@db:5432/shop?sslmode=require",
        ),
        (
            "postgres://db.example/shop?user=shop&password=hush",
            "postgres://db.example/shop?user=shop&password=(hidden)",
        ),
        (
            "postgres://db/shop?user=shop&password=hush&hush",
            "postgres://db/shop?user=shop&password=(hidden)&(hidden)",
        ),
        ("postgres://shop:hush#hush@db/shop", "postgres://(hidden)"),
        ("postgres://shop:hush", "postgres://(hidden)"),
        ("host=db user=shop password=hush", "(hidden)"),
        ("Server=db;Pwd=hush", "(hidden)"),
        ("mysql:host=db;password=hush", "(hidden)"),
        ("sqlite:shop.db?key=hush", "sqlite:shop.db?(hidden)"),
        ("postgres://shop@db/shop", "postgres://shop@db/shop"),
        (
            "mongodb://db/shop?authMechanismProperties=hush",
            "mongodb://db/shop?authMechanismProperties=(hidden)",
        ),
        ("sqlite:shop.db", "sqlite:shop.db"),
        ("nonsense", "nonsense"),
    ] {
        assert_eq!(without_password(url), shown);
        assert_eq!(has_password(url), shown.contains("hidden"), "{url}");
    }
}
