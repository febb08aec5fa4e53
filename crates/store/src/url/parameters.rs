//! What may stand behind the `?` of a database's URL, as consoles, frameworks and drivers write it, and what becomes of it here.
//!
//! Names are compared without `-`, `_` and case, values without case: `sslMode`, `ssl-mode` and `ssl_mode` are one. The first
//! line that has the engine, the name and the value counts. What no line has is refused: a typing error must not turn TLS off.

use super::ENCODE;
use super::scheme::Engine::{self, Mongodb, Mysql, Postgres};
use Fate::{Instead, Is, Means, Nothing, Refused};

/// What becomes of a parameter.
#[derive(Clone, Copy)]
enum Fate {
    /// It is ours, under this name.
    Is(&'static str),
    /// It is ours, under this name and with this value.
    Means(&'static str, &'static str),
    /// So it is anyway, or it is about another program's way of working.
    Nothing,
    /// It counts for nothing, which is said once at the start; this counts.
    Instead(&'static str),
    /// It would promise what is not kept. What to write instead.
    Refused(&'static str),
}

struct Rule {
    on: &'static [Engine],
    names: &'static [&'static str],
    /// Empty: any.
    values: &'static [&'static str],
    fate: Fate,
}

const fn rule(
    on: &'static [Engine],
    names: &'static [&'static str],
    values: &'static [&'static str],
    fate: Fate,
) -> Rule {
    Rule { on, names, values, fate }
}

const PG: &[Engine] = &[Postgres];
const MY: &[Engine] = &[Mysql];
const MONGO: &[Engine] = &[Mongodb];
const SQL: &[Engine] = &[Postgres, Mysql];

const ANY: &[&str] = &[];
const YES: &[&str] = &["true", "1", "yes", "on", ""];
const NO: &[&str] = &["false", "0", "no", "off"];

/// Every word for how TLS is used; the names say which program's words they are.
const TLS: &[&str] = &["sslmode", "ssl", "tls", "usessl", "requiressl", "sslaccept"];
const CONNECTIONS: Fate = Instead("[database] connections says how many connections are kept");
const TIMEOUT: Fate = Instead("[database] timeout says how long is waited for the database");
const PREPARED: Fate = Refused(
    "Doorstep prepares its statements once for each connection; without that a process of the server grew from 3 to 208 MB \
     in 3,000 look-ups. Leave it away: PgBouncer keeps them from 1.21 on (max_prepared_statements), or with pool_mode = session",
);
const WRITES_ARE_SAFE: Fate =
    Instead("Doorstep reads from the primary and writes with w: majority and j: true, always");

#[rustfmt::skip]
const RULES: &[Rule] = &[
    // Who answers must be proven.
    rule(SQL, TLS, &["disable", "disabled", "false", "0", "off", "no"], Means("tls", "off")),
    rule(SQL, TLS, &["allow", "prefer", "preferred"], Means("tls", "local")),
    rule(SQL, TLS, &["require", "required", "no-verify", "skip-verify", "accept-invalid-certs", "{\"rejectunauthorized\":false}"], Means("tls", "unproven")),
    rule(SQL, TLS, &["verify-ca"], Means("tls", "authority")),
    rule(SQL, TLS, &["verify-full", "verify-identity", "true", "1", "on", "yes", "", "strict", "{\"rejectunauthorized\":true}", "{}"], Means("tls", "full")),
    // It binds the password to the server's certificate, which the driver cannot: the certificate itself is checked instead.
    rule(PG, &["channel_binding"], &["require"], Means("tls", "full")),
    rule(PG, &["channel_binding"], &["prefer", "disable"], Nothing),
    rule(PG, &["sslrootcert"], &["system"], Means("tls", "full")),
    rule(SQL, &["sslrootcert", "ssl-ca", "serverSslCert", "tlsCAFile"], ANY, Is("authority")),
    rule(SQL, &["sslcert"], ANY, Is("certificate")),
    rule(SQL, &["sslkey"], ANY, Is("key")),
    rule(SQL, &["sslidentity", "sslpassword", "sslcrl", "sslcrldir", "trustCertificateKeyStoreUrl", "clientCertificateKeyStoreUrl"], ANY,
        Refused("certificates are read from PEM files without a password: sslrootcert, sslcert and sslkey (MySQL: ssl-ca, ssl-cert, ssl-key)")),
    rule(PG, &["sslnegotiation"], &["postgres"], Nothing),
    rule(PG, &["gssencmode"], &["disable", "prefer"], Nothing),
    rule(PG, &["sslsni", "sslcompression", "uselibpqcompat"], ANY, Nothing),
    rule(PG, &["ssl_min_protocol_version"], &["tlsv1", "tlsv1.1", "tlsv1.2"], Nothing),
    rule(MY, &["allowPublicKeyRetrieval"], ANY, Nothing),

    // Who and where.
    rule(SQL, &["password"], ANY, Is("password")),
    rule(PG, &["host"], ANY, Is("host")),
    rule(PG, &["hostaddr"], ANY, Is("hostaddr")),
    rule(PG, &["port"], ANY, Is("port")),
    rule(SQL, &["user"], ANY, Is("user")),
    rule(PG, &["dbname"], ANY, Is("dbname")),
    rule(MY, &["socket", "unix_socket"], ANY, Is("socket")),
    rule(PG, &["service", "servicefile", "passfile", "requirepeer", "require_auth"], ANY, Refused("write user, password, host and database into the URL")),
    rule(PG, &["target_session_attrs"], &["any", "read-write", "primary"], Nothing),
    rule(PG, &["target_session_attrs"], ANY, Refused("Doorstep writes: of several hosts it uses the first one that takes writes. Leave it away")),
    rule(PG, &["load_balance_hosts"], &["disable"], Nothing),
    rule(PG, &["load_balance_hosts"], ANY, Instead("of several hosts the first one that takes writes is used")),
    rule(PG, &["application_name", "ApplicationName"], ANY, Is("application_name")),
    rule(PG, &["fallback_application_name"], ANY, Nothing),
    rule(MY, &["application_name", "program_name", "connectionAttributes"], ANY, Instead("MySQL is told no name of a program")),
    rule(PG, &["schema", "search_path", "currentSchema"], ANY, Is("schema")),
    rule(MY, &["schema"], ANY, Refused("in MySQL a schema is a database: name it in the path, …/DATABASE")),
    rule(PG, &["options"], ANY, Is("options")),
    rule(PG, &["replication"], NO, Nothing),

    // Poolers, pools and patience.
    rule(PG, &["pgbouncer"], ANY, Nothing),
    rule(PG, &["supa", "workaround", "pool_mode"], ANY, Nothing),
    rule(SQL, &["statement-cache-capacity", "statement_cache_size", "prepared_statement_cache_size", "prepareThreshold", "preparedStatementCacheQueries",
        "prepared_statements", "binary_parameters", "default_query_exec_mode", "prepare"], ANY, PREPARED),
    rule(SQL, &["connection_limit", "max_connections", "pool_size", "pool_max_conns", "pool_min_conns", "maxPoolSize", "minPoolSize", "max", "min", "connectionLimit"], ANY, CONNECTIONS),
    rule(SQL, &["connect_timeout", "connectTimeout", "pool_timeout", "socket_timeout", "statement_timeout", "query_timeout", "lock_timeout", "command_timeout", "loginTimeout",
        "acquire_timeout", "timeout", "readTimeout", "writeTimeout", "connectionTimeout", "idle_in_transaction_session_timeout", "tcp_user_timeout", "max_idle_connection_lifetime"], ANY, TIMEOUT),
    rule(SQL, &["keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count", "tcpKeepAlive"], ANY, Nothing),

    // Text and time are ours: always UTF-8, always UTC.
    rule(SQL, &["client_encoding", "charset", "characterEncoding", "character_set", "encoding"], &["utf8", "utf-8", "utf8mb4", "unicode", "auto"], Nothing),
    rule(SQL, &["client_encoding", "charset", "characterEncoding", "character_set", "encoding", "collation", "connectionCollation"], ANY, Instead("text is always UTF-8, and compared byte by byte")),
    rule(SQL, &["timezone", "serverTimezone", "connectionTimeZone", "loc"], ANY, Nothing),
    rule(MY, &["parseTime", "useUnicode", "autoReconnect", "multiStatements", "allowMultiQueries", "zeroDateTimeBehavior", "cachePrepStmts", "useServerPrepStmts",
        "rewriteBatchedStatements", "supportBigNumbers", "bigNumberStrings", "dateStrings", "useLegacyDatetimeCode"], ANY, Nothing),

    // MongoDB: what its driver reads goes on to it.
    rule(MONGO, &["ssl", "tls"], ANY, Is("tls")),
    rule(MONGO, &["tlsCAFile", "sslCA", "ssl_ca_certs"], ANY, Is("tlsCAFile")),
    rule(MONGO, &["tlsCertificateKeyFile"], ANY, Is("tlsCertificateKeyFile")),
    rule(MONGO, &["tlsCertificateKeyFilePassword"], ANY, Refused("tlsCertificateKeyFile is read without a password")),
    rule(MONGO, &["tlsInsecure", "tlsAllowInvalidCertificates"], ANY, Is("tlsAllowInvalidCertificates")),
    rule(MONGO, &["sslValidate"], NO, Means("tlsAllowInvalidCertificates", "true")),
    rule(MONGO, &["sslValidate"], YES, Nothing),
    rule(MONGO, &["tlsAllowInvalidHostnames"], NO, Nothing),
    rule(MONGO, &["tlsAllowInvalidHostnames"], YES, Refused("the server's name is always checked: name it as its certificate does")),
    // The servers list us under a name of our own: by it a node that was killed is known to have been one of ours.
    rule(MONGO, &["appName"], ANY, Nothing),
    rule(MONGO, &["authSource"], ANY, Is("authSource")),
    rule(MONGO, &["authMechanism"], ANY, Is("authMechanism")),
    rule(MONGO, &["authMechanismProperties"], ANY, Is("authMechanismProperties")),
    rule(MONGO, &["replicaSet"], ANY, Is("replicaSet")),
    rule(MONGO, &["directConnection"], ANY, Is("directConnection")),
    rule(MONGO, &["srvServiceName"], ANY, Is("srvServiceName")),
    rule(MONGO, &["loadBalanced"], NO, Nothing),
    rule(MONGO, &["loadBalanced"], YES, Refused("behind a balancer no primary can be found: name the servers")),
    rule(MONGO, &["retryWrites", "retryReads"], YES, Nothing),
    rule(MONGO, &["retryWrites", "retryReads"], NO, Instead("Doorstep repeats what the server asks to repeat, always")),
    rule(MONGO, &["w"], &["majority"], Nothing),
    rule(MONGO, &["journal", "j"], YES, Nothing),
    rule(MONGO, &["readPreference"], &["primary"], Nothing),
    rule(MONGO, &["w", "wtimeoutMS", "wtimeout", "journal", "j", "readConcernLevel", "readPreference", "readPreferenceTags", "maxStalenessSeconds"], ANY, WRITES_ARE_SAFE),
    rule(MONGO, &["maxPoolSize", "minPoolSize", "poolSize", "maxConnecting", "connection_limit"], ANY, CONNECTIONS),
    rule(MONGO, &["connectTimeoutMS", "serverSelectionTimeoutMS", "socketTimeoutMS", "timeoutMS", "waitQueueTimeoutMS", "maxIdleTimeMS", "heartbeatFrequencyMS", "localThresholdMS"], ANY, TIMEOUT),
    rule(MONGO, &["compressors", "zlibCompressionLevel"], ANY, Instead("nothing is compressed on the way")),
    rule(MONGO, &["useNewUrlParser", "useUnifiedTopology", "useCreateIndex", "useFindAndModify", "autoReconnect", "keepAlive", "family", "uuidRepresentation",
        "serverMonitoringMode", "readConcern", "serverApi"], ANY, Nothing),
];

/// What was read, under our names.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub parameters: Vec<(&'static str, String)>,
    /// What counts for nothing, in a sentence each.
    pub notes: Vec<String>,
}

/// Reads the parameters of a URL, or says all that is wrong with them at once.
pub(super) fn read(engine: Engine, given: &[(String, String)]) -> Result<Read, String> {
    let (mut read, mut problems) = (Read::default(), Vec::new());
    for (place, (name, value)) in given.iter().enumerate() {
        let rules = || RULES.iter().filter(|rule| rule.is_about(engine, name));
        match rules().find(|rule| rule.takes(value)).map(|rule| rule.fate) {
            Some(Is(ours)) => read.add(engine, ours, value),
            Some(Means(ours, value)) => read.add(engine, ours, value),
            Some(Nothing) => {}
            Some(Instead(what)) => read.notes.push(format!("{name} counts for nothing here: {what}")),
            Some(Refused(what)) => problems.push(format!("{name}: {what}")),
            None if rules().next().is_some() => {
                let values: Vec<_> =
                    rules().flat_map(|rule| rule.values).filter(|it| !it.is_empty()).collect();
                let values: Vec<_> = values.into_iter().map(ToString::to_string).collect();
                problems.push(format!("{name} has a value that is none; it may be {}", values.join(", ")));
            }
            None => problems.push(unknown(engine, place + 1, name)),
        }
    }
    if problems.is_empty() { Ok(read) } else { Err(problems.join(". Also: ")) }
}

impl Read {
    /// MongoDB's driver takes no parameter twice.
    fn add(&mut self, engine: Engine, name: &'static str, value: &str) {
        if engine == Mongodb {
            self.parameters.retain(|(known, _)| *known != name);
        }
        self.parameters.push((name, value.to_owned()));
    }
}

impl Rule {
    fn is_about(&self, engine: Engine, name: &str) -> bool {
        self.on.contains(&engine) && self.names.iter().any(|known| plain(known) == plain(name))
    }

    fn takes(&self, value: &str) -> bool {
        let value = value.to_ascii_lowercase().replace('_', "-");
        self.values.is_empty() || self.values.contains(&value.as_str())
    }
}

fn plain(name: &str) -> String {
    name.chars().filter(|sign| !matches!(sign, '-' | '_')).collect::<String>().to_ascii_lowercase()
}

/// Behind a `?` or `&` that was not encoded the rest of a password would stand: no name is repeated, but ours that is near.
fn unknown(engine: Engine, place: usize, name: &str) -> String {
    let first: String = plain(name).chars().take(4).collect();
    let begins = |known: &&&str| first.len() == 4 && plain(known).starts_with(&first);
    let about = || RULES.iter().filter(|rule| rule.on.contains(&engine));
    if let Some(near) = about().flat_map(|rule| rule.names).find(begins) {
        return format!("the parameter at place {place} behind the ? is not known: did you mean {near}?");
    }
    let mut known: Vec<_> =
        about().filter(|rule| matches!(rule.fate, Is(_))).map(|rule| rule.names[0]).collect();
    known.insert(0, if engine == Mongodb { "tls" } else { "sslmode" });
    known.sort_unstable();
    known.dedup();
    format!(
        "the parameter at place {place} behind the ? is not known; known are {}. If it belongs to a password: {ENCODE}",
        known.join(", ")
    )
}

/// Whether the table has this name at all.
pub(super) fn is_known(engine: Engine, name: &str) -> bool {
    RULES.iter().any(|rule| rule.is_about(engine, name))
}

pub(super) fn is_secret(name: &str) -> bool {
    ["pass", "properties"].iter().any(|word| plain(name).contains(word))
}

/// How the file is called that one of our parameters names.
pub(super) fn file(name: &str) -> &'static str {
    match name {
        "authority" => "the authority's certificate (sslrootcert, ssl-ca)",
        "tlsCAFile" => "the authority's certificate (tlsCAFile)",
        "tlsCertificateKeyFile" => "the client's certificate and key (tlsCertificateKeyFile)",
        "certificate" => "the client's certificate (sslcert, ssl-cert)",
        _ => "the key of the client's certificate (sslkey, ssl-key)",
    }
}

/// SQLite files are used in one way; parameters that say so change nothing.
pub(super) fn for_file(pair: &str) -> Result<(), String> {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    let idle =
        ["connectionlimit", "sockettimeout", "connecttimeout", "busytimeout", "timeout", "foreignkeys", "fk"];
    let name = plain(name);
    match (name.as_str(), value) {
        ("mode", "rwc" | "rw")
        | ("cache", "private" | "shared")
        | ("journal" | "journalmode", "wal" | "WAL") => Ok(()),
        _ if idle.contains(&name.as_str()) => Ok(()),
        _ => Err(
            "it must be the plain name of a file, without ?options: how the file is used is not to be chosen"
                .to_owned(),
        ),
    }
}

#[cfg(test)]
pub(super) fn names(engine: Engine) -> impl Iterator<Item = &'static str> {
    RULES.iter().filter(move |rule| rule.on.contains(&engine)).flat_map(|rule| rule.names).copied()
}
