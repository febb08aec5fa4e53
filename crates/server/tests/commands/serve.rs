//! `doorstep serve` from its ready line to its end.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::Run;

pub struct Server {
    child: Child,
    out: BufReader<ChildStdout>,
    pub url: String,
}

impl Server {
    pub fn start(run: &Run, more: &[&str]) -> Self {
        Self::start_bare(run, &[&["serve", "--listen", "127.0.0.1:0"], more].concat())
    }

    /// With these arguments alone.
    pub fn start_bare(run: &Run, arguments: &[&str]) -> Self {
        Self::start_by(run.command(arguments))
    }

    pub fn start_by(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        let url = line
            .trim_end()
            .strip_prefix("Doorstep is ready on ")
            .unwrap_or_else(|| panic!("{line:?}"))
            .to_owned();
        Self { child, out, url }
    }

    pub fn get(&self, path: &str) -> String {
        get_from(self.address(), path)
    }

    pub fn address(&self) -> &str {
        self.url.strip_prefix("http://").unwrap()
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Ends it by a signal; its exit code and its log.
    pub fn end(mut self, signal: &str) -> (i32, String) {
        let killed = Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap();
        assert!(killed.success());
        let mut log = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        (self.child.wait().unwrap().code().unwrap_or(-1), log)
    }
}

fn get_from(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let origin = "https://evil.example";
    write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nOrigin: {origin}\r\n\r\n")
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn a_started_server_answers_and_ends_cleanly_at_a_signal() {
    for signal in ["-TERM", "-INT"] {
        let run = Run::new();
        let server = Server::start(&run, &[]);
        assert!(server.get("/readyz").starts_with("HTTP/1.1 200 "));
        let begun = Instant::now();
        let (code, log) = server.end(signal);
        assert_eq!(code, 0, "{log}");
        assert!(begun.elapsed() < Duration::from_secs(5));
        assert!(run.path().join("doorstep.db").exists() && run.path().join("doorstep.key").exists());
    }
}

#[test]
fn a_second_signal_does_not_wait_for_requests() {
    let run = Run::new();
    let server = Server::start(&run, &[]);
    let mut half = TcpStream::connect(server.url.strip_prefix("http://").unwrap()).unwrap();
    half.write_all(
        b"POST /api/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n",
    )
    .unwrap();
    std::thread::sleep(Duration::from_millis(200));
    let begun = Instant::now();
    let id = server.child.id().to_string();
    let kill = || Command::new("kill").args(["-TERM", &id]).status().unwrap();
    kill();
    std::thread::sleep(Duration::from_millis(500));
    assert!(TcpStream::connect(server.url.strip_prefix("http://").unwrap()).is_err());
    let (_, log) = server.end("-TERM");
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    assert!(log.contains("1 connections still busy"), "{log}");
}

#[test]
fn the_log_has_one_line_a_request_and_no_secret() {
    let run = Run::new();
    let server = Server::start(&run, &[]);
    server.get("/api/policy?token=c4nary");
    server.get("/nothing/c%22%0Ad");
    server.get("/api/policy");
    let (_, log) = server.end("-TERM");
    assert_eq!(log.matches(" GET /api/policy 200 ").count(), 2, "{log}");
    assert!(!log.contains("c4nary"), "{log}");
    assert_eq!(
        log.matches(
            "DS-01 Origin https://evil.example is not allowed. Run: doorstep origins add https://evil.example"
        )
        .count(),
        1,
        "{log}"
    );
}

#[test]
fn a_request_that_its_client_gave_up_is_in_the_log() {
    // Of "abc123xyz", with a cost that leaves time to hang up.
    let hash = "$2b$13$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW";
    let line = format!("{{\"email\": \"slow@example.com\", \"passwordHash\": \"{hash}\"}}\n");
    let run = Run::new().file("customers.jsonl", &line);
    assert_eq!(run.run(&["users", "import", "customers.jsonl"]).code, 0);
    let server = Server::start(&run, &[]);
    let mut stream = TcpStream::connect(server.url.strip_prefix("http://").unwrap()).unwrap();
    let body = r#"{"email": "slow@example.com", "password": "wrong pass phrase"}"#;
    let length = body.len();
    let head = format!("Host: x\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n");
    write!(stream, "POST /api/login HTTP/1.1\r\n{head}{body}").unwrap();
    std::thread::sleep(Duration::from_millis(100));
    drop(stream);
    std::thread::sleep(Duration::from_millis(100));
    let (_, log) = server.end("-TERM");
    assert_eq!(log.matches(" POST /api/login 499 ").count(), 1, "{log}");
}

#[test]
fn the_console_is_announced_to_developers_and_its_calls_leave_no_line() {
    let run = Run::new();
    let mut server = Server::start(&run, &[]);
    let mut line = String::new();
    server.out.read_line(&mut line).unwrap();
    assert_eq!(line.trim_end(), format!("What goes wrong shows up on {}/_dev", server.url));
    let address = server.url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    let head = format!("Host: {address}\r\nConnection: close\r\nDoorstep-Console: 1\r\n");
    write!(stream, "GET /_dev/data/feed?after=0 HTTP/1.1\r\n{head}\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    server.get("/_dev/data/feed?after=0");
    let (_, log) = server.end("-TERM");
    let told: Vec<_> = log.lines().filter(|line| line.contains("/_dev/")).collect();
    assert_eq!(told.len(), 1, "{log}");
    assert!(told[0].contains(" 404 "), "a stranger's call is in the log: {told:?}");
}

#[test]
fn logs_for_machines_are_json_line_by_line() {
    let run = Run::new().variable("DOORSTEP_LOG_FORMAT", "json");
    let server = Server::start(&run, &[]);
    server.get("/api/user");
    let (_, log) = server.end("-TERM");
    let lines: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let request = lines.iter().find(|line| line["path"] == "/api/user").unwrap();
    assert_eq!((request["status"].as_u64(), request["network"].as_str()), (Some(401), Some("127.0.0.1")));
}

#[test]
fn a_customer_has_one_word_in_the_log_that_says_nothing_of_who_it_is() {
    let run = Run::new().variable("DOORSTEP_LOG_FORMAT", "json");
    let server = Server::start(&run, &[]);
    let address = server.url.strip_prefix("http://").unwrap().to_owned();
    let ask = |head: &str, body: &str| {
        let mut stream = TcpStream::connect(&address).unwrap();
        let length = body.len();
        write!(stream, "{head}\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    let mut ids = Vec::new();
    for name in ["ada", "eve"] {
        let form = format!(
            r#"{{"name":"{name}","email":"{name}@example.com","password":"correct horse battery","session":"token"}}"#
        );
        let welcome = ask("POST /api/signup HTTP/1.1", &form);
        let (_, body) = welcome.split_once("\r\n\r\n").unwrap();
        let body: serde_json::Value = serde_json::from_str(body).unwrap();
        ids.push(body["user"]["id"].as_str().unwrap().to_owned());
        let bearer = format!("Authorization: Bearer {}", body["token"].as_str().unwrap());
        for path in ["/api/user", "/api/sessions"] {
            assert!(ask(&format!("GET {path} HTTP/1.1\r\n{bearer}"), "").starts_with("HTTP/1.1 200 "));
        }
    }
    ask("GET /api/user HTTP/1.1", "");
    let (_, log) = server.end("-TERM");
    let lines: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let tags: Vec<_> = lines.iter().filter_map(|line| line["customer"].as_str()).collect();
    assert_eq!(tags.len(), 4, "{log}");
    assert!(tags[0] == tags[1] && tags[2] == tags[3] && tags[0] != tags[2], "{tags:?}");
    assert!(ids.iter().all(|id| !log.contains(id)) && !log.contains("@example.com"), "{log}");
    let stranger = lines.iter().find(|line| line["path"] == "/api/user" && line["status"] == 401).unwrap();
    assert!(stranger["customer"].is_null());
}

#[test]
fn localhost_is_served_on_both_of_its_addresses() {
    let run = Run::new().variable("DOORSTEP_SERVER_LISTEN", "localhost:0");
    let mut child = run.command(&["serve"]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let port: u16 =
        line.trim_end().strip_prefix("Doorstep is ready on http://localhost:").unwrap().parse().unwrap();
    let both = [TcpStream::connect(("127.0.0.1", port)).is_ok(), TcpStream::connect(("::1", port)).is_ok()];
    let has_ipv6 = std::net::TcpListener::bind(("::1", 0)).is_ok();
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(both, [true, has_ipv6]);
}

#[test]
fn the_last_place_is_for_whichever_address_is_asked() {
    let run = Run::new().variable("DOORSTEP_SERVER_MAX_CONNECTIONS", "1");
    let server = Server::start_bare(&run, &["serve", "--listen", "localhost:0"]);
    let (_, port) = server.url.rsplit_once(':').unwrap();
    for ip in ["127.0.0.1", "[::1]", "127.0.0.1", "[::1]"] {
        let mut stream = TcpStream::connect(format!("{ip}:{port}")).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(8))).unwrap();
        stream.write_all(b"GET /healthz HTTP/1.0\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.0 200 "), "{ip}: {answer}");
    }
    server.end("-TERM");
}

#[test]
fn a_taken_port_is_told_in_one_line() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let ended = Run::new().run(&["serve", "--listen", &address]);
    assert_eq!((ended.code, ended.out.as_str()), (1, ""));
    assert!(ended.err.starts_with(&format!("doorstep: cannot listen on {address}: ")), "{}", ended.err);
    assert!(ended.err.contains("--listen HOST:PORT"));
}

#[test]
fn a_database_that_cannot_be_opened_is_told_in_one_line() {
    for (url, told) in [("sqlite:no/such/folder/shop.db", "no/such/folder"), ("nonsense", "use sqlite:PATH")]
    {
        let ended = Run::new().variable("DOORSTEP_SECRETS_KEY", &"4f0c8d2ab1e67793".repeat(4)).run(&[
            "serve",
            "--database",
            url,
            "--listen",
            "127.0.0.1:0",
        ]);
        assert_eq!(ended.code, 1);
        assert!(ended.err.contains(told) && !ended.err.contains("hunter2"), "{}", ended.err);
    }
}

#[test]
fn documents_are_printed_without_a_configuration() {
    let run = Run::new().file("doorstep.toml", "nonsense");
    let openapi: serde_json::Value = serde_json::from_str(&run.run(&["openapi"]).out).unwrap();
    assert_eq!(openapi["openapi"], "3.1.0");
    let codes: serde_json::Value = serde_json::from_str(&run.run(&["openapi", "--error-codes"]).out).unwrap();
    assert!(codes["codes"].as_array().unwrap().len() > 20);
}

#[test]
fn metrics_have_a_listener_of_their_own_and_name_no_one() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let run = Run::new().variable("DOORSTEP_METRICS_LISTEN", &free);
    let server = Server::start(&run, &[]);
    server.get("/api/user");
    server.get("/api/sessions/c4nary");
    server.get("/c4nary");
    assert!(server.get("/metrics").starts_with("HTTP/1.1 404 "));
    let metrics = get_from(&free, "/metrics");
    server.end("-TERM");
    for line in [
        r#"doorstep_http_requests_total{route="/api/user",status="401"} 1"#,
        r#"doorstep_http_requests_total{route="/api/sessions/{id}",status="405"} 1"#,
        r#"doorstep_http_requests_total{route="other",status="404"} 2"#,
        r#"doorstep_http_request_duration_seconds_count{route="/api/user",status="401"} 1"#,
        // What an alert looks at is there before it happens for the first time.
        "doorstep_signup_probed_total 0",
        "doorstep_signup_taken_total 0",
        "doorstep_connections_refused_total 0",
        "doorstep_bodies_refused_total 0",
    ] {
        assert!(metrics.contains(line), "{line}\n{metrics}");
    }
    assert!(!metrics.contains("c4nary"));
}

#[test]
fn health_is_told_on_the_metrics_listener_when_customers_have_every_connection() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let run = Run::new()
        .variable("DOORSTEP_METRICS_LISTEN", &free)
        .variable("DOORSTEP_SERVER_MAX_CONNECTIONS", "1")
        .variable("DOORSTEP_SERVER_HEADER_TIMEOUT", "60s");
    let server = Server::start(&run, &[]);
    let address = server.url.strip_prefix("http://").unwrap().to_owned();
    let mut parked = TcpStream::connect(&address).unwrap();
    parked.write_all(b"POST /api/login HTTP/1.1\r\n").unwrap();
    let mut waiting = TcpStream::connect(&address).unwrap();
    waiting.write_all(b"GET /healthz HTTP/1.0\r\n\r\n").unwrap();
    waiting.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
    assert!(waiting.read(&mut [0; 1]).is_err(), "customers have every connection");
    for path in ["/healthz", "/readyz", "/metrics"] {
        let answer = get_from(&free, path);
        assert!(answer.starts_with("HTTP/1.1 200 "), "{path}: {answer}");
    }
    drop((parked, waiting));
    server.end("-TERM");
}
