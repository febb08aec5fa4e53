//! Connecting, and refusing with one clear line what cannot keep the promises.

use std::time::Duration;

use mongodb::bson::{Bson, Document, doc};
use mongodb::error::{Error, ErrorKind};
use mongodb::options::{
    Acknowledgment, ClientOptions, ReadPreference, SelectionCriteria, ServerAddress, Tls, WriteConcern,
};
use mongodb::{Client, Database};
use tokio::time::timeout;

use super::certainty::{Certainty, Configuration};
use super::db::Db;
use super::failure::describe;
use crate::{OpenError, Settings};

/// As which the servers list us, and by which a killed node is known to have been one of ours.
pub(super) const APP_NAME: &str = "doorstep";
const SCHEME: &str = "mongodb";
const DEFAULT_DATABASE: &str = "doorstep";
/// What MongoDB 6.0 says that it speaks.
const OLDEST_WIRE_VERSION: i32 = 17;
const OLDEST: &str = "MongoDB 6.0";
const NOT_ENCODED: &str =
    "special characters of user and password must be percent-encoded (@ is %40, ? is %3F)";
/// How often the driver looks after each server. A link that swallows everything is noticed after this and the timeout; the
/// driver's own ten seconds would be too long for a shop.
const HEARTBEAT: Duration = Duration::from_secs(2);

pub(super) async fn connect(url: &str, settings: Settings) -> Result<Db, OpenError> {
    let mut options = options(url, settings).await?;
    let configuration = Configuration::default();
    options.sdam_event_handler = Some(configuration.handler());
    let server = server(&options);
    let name = options.default_database.clone().unwrap_or_else(|| DEFAULT_DATABASE.to_owned());
    if ["admin", "local", "config"].contains(&name.as_str()) {
        let cause = format!("{name} belongs to MongoDB itself: name a database of its own, as in /doorstep");
        return Err(OpenError::Url { scheme: SCHEME, cause });
    }
    let client = Client::with_options(options.clone()).map_err(|error| refused(&server, &error))?;
    let database = client.database(&name);
    match hello(&database, settings.timeout).await {
        Ok(hello) => {
            check(&server, &hello, &database).await?;
            check_members(&options, &hello)?;
            Ok(Db::new(client, database, Certainty::new(configuration, &hello), settings))
        }
        Err(Some(error)) if !matches!(*error.kind, ErrorKind::ServerSelection { .. }) => {
            Err(refused(&server, &error))
        }
        Err(_) => Err(diagnose(&server, options, settings.timeout).await),
    }
}

/// What the URL says, and what the promises need, whatever the URL says.
async fn options(url: &str, settings: Settings) -> Result<ClientOptions, OpenError> {
    let unreadable = |cause: String| OpenError::Url { scheme: SCHEME, cause };
    if url.split_once('?').is_some_and(|(_, after)| after.contains('@')) {
        return Err(unreadable(NOT_ENCODED.to_owned()));
    }
    let parsed = timeout(settings.timeout, ClientOptions::parse(url)).await;
    let mut options = match parsed {
        Ok(Ok(options)) => options,
        Ok(Err(error)) => return Err(unreadable(fault_of_url(&error))),
        Err(_) => {
            let cause = "the name service did not answer".to_owned();
            return Err(OpenError::Unreachable { server: "the hosts of the URL".to_owned(), cause });
        }
    };
    if options.tls.is_none() && !options.hosts.iter().all(is_here) {
        return Err(no_encryption(&server(&options), "the server is on another machine"));
    }
    if matches!(&options.tls, Some(Tls::Enabled(tls)) if tls.allow_invalid_certificates == Some(true)) {
        tracing::warn!(
            "the MongoDB URL accepts any certificate: whoever sits on the way can read and change everything"
        );
    }
    options.app_name.get_or_insert_with(|| APP_NAME.to_owned());
    options.connect_timeout = Some(settings.timeout);
    options.server_selection_timeout = Some(settings.timeout);
    options.heartbeat_freq = Some(HEARTBEAT);
    options.max_pool_size = Some(settings.connections.max(1));
    options.retry_reads = Some(true);
    options.retry_writes = Some(true);
    options.read_concern = None;
    options.selection_criteria = Some(SelectionCriteria::ReadPreference(ReadPreference::Primary));
    let majority = WriteConcern::builder().w(Acknowledgment::Majority).journal(true);
    options.write_concern = Some(majority.w_timeout(settings.timeout).build());
    Ok(options)
}

/// The driver's text quotes the URL, and takes part of a password that is not encoded for a port or an option.
fn fault_of_url(error: &Error) -> String {
    match &*error.kind {
        ErrorKind::InvalidArgument { .. } => {
            format!(
                "write mongodb://USER:PASSWORD@HOST:PORT/DATABASE?OPTION=VALUE with MongoDB's options; {NOT_ENCODED}"
            )
        }
        _ => describe(error),
    }
}

fn no_encryption(server: &str, why: &str) -> OpenError {
    OpenError::Tls {
        server: server.to_owned(),
        cause: format!("the URL does not ask for encryption, and {why}"),
        cure: "Add ?tls=true to the URL (and tlsCAFile=… for an authority of your own), \
               or ?tls=false if nobody else can listen on the way",
    }
}

fn is_here(host: &ServerAddress) -> bool {
    match host {
        ServerAddress::Tcp { host, .. } => {
            host == "localhost" || host.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
        }
        // A socket of this machine.
        _ => true,
    }
}

/// How the operator wrote the servers.
fn server(options: &ClientOptions) -> String {
    let hosts: Vec<String> = options.hosts.iter().map(ToString::to_string).collect();
    hosts.join(",")
}

/// `None` when the time is over.
async fn hello(database: &Database, longest: Duration) -> Result<Document, Option<Error>> {
    let database = database.clone();
    let asked = tokio::spawn(async move { database.run_command(doc! { "hello": 1 }).await });
    match timeout(2 * longest, asked).await {
        Ok(Ok(answer)) => answer.map_err(Some),
        _ => Err(None),
    }
}

async fn check(server: &str, hello: &Document, database: &Database) -> Result<(), OpenError> {
    if hello.get_i32("maxWireVersion").unwrap_or(0) < OLDEST_WIRE_VERSION {
        let build = database.run_command(doc! { "buildInfo": 1 }).await.unwrap_or_default();
        let found = format!("MongoDB {}", build.get_str("version").unwrap_or("of an unknown version"));
        return Err(OpenError::TooOld { server: server.to_owned(), found, needed: OLDEST });
    }
    let is_router = hello.get_str("msg").is_ok_and(|message| message == "isdbgrid");
    if hello.get_str("setName").is_ok() || is_router {
        return Ok(());
    }
    Err(unfit(
        server,
        "it is a single server without a replica set, and so has no transactions",
        "Start it with `mongod --replSet rs0` and run `rs.initiate()` in mongosh once: a set of one server is enough",
    ))
}

/// From the URL's hosts the driver goes to those that the replica set names.
fn check_members(options: &ClientOptions, hello: &Document) -> Result<(), OpenError> {
    if options.tls.is_some() || options.direct_connection == Some(true) {
        return Ok(());
    }
    let members = |field| hello.get_array(field).into_iter().flatten().filter_map(Bson::as_str);
    let is_elsewhere = |member: &&str| !ServerAddress::parse(member).is_ok_and(|member| is_here(&member));
    match members("hosts").chain(members("passives")).find(is_elsewhere) {
        None => Ok(()),
        Some(member) => {
            let why = format!("its replica set has the member {member} on another machine");
            Err(no_encryption(&server(options), &why))
        }
    }
}

/// Why no primary was found: asks the first server itself.
async fn diagnose(server: &str, mut options: ClientOptions, longest: Duration) -> OpenError {
    let unreachable =
        |cause: &str| OpenError::Unreachable { server: server.to_owned(), cause: cause.to_owned() };
    options.hosts.truncate(1);
    options.direct_connection = Some(true);
    options.repl_set_name = None;
    // A server of a set that was never initiated knows no users yet.
    options.credential = None;
    let Ok(client) = Client::with_options(options) else { return unreachable("no primary answers") };
    let answer = hello(&client.database("admin"), longest).await;
    client.shutdown().immediate(true).await;
    match answer {
        Ok(hello) if hello.get_bool("isreplicaset").unwrap_or(false) => {
            unfit(server, "its replica set was never initiated", "Run `rs.initiate()` in mongosh on it once")
        }
        Ok(_) => unreachable(
            "its replica set has no primary now, or its hosts are not reachable by the names in rs.conf()",
        ),
        Err(Some(error)) => refused(server, &error),
        Err(None) => unreachable("it did not answer in time"),
    }
}

fn unfit(server: &str, cause: &str, cure: &str) -> OpenError {
    OpenError::Unfit { name: server.to_owned(), cause: cause.to_owned(), cure: cure.to_owned() }
}

fn refused(server: &str, error: &Error) -> OpenError {
    let server = server.to_owned();
    match &*error.kind {
        ErrorKind::Authentication { message, .. } => OpenError::Login { server, cause: message.clone() },
        ErrorKind::InvalidTlsConfig { message, .. } => no_tls(server, message.clone()),
        ErrorKind::ServerSelection { message, .. } => {
            let cause = network_cause(message).unwrap_or("no server answers").to_owned();
            if cause.contains("certificate") {
                no_tls(server, cause)
            } else {
                OpenError::Unreachable { server, cause }
            }
        }
        _ => OpenError::Unreachable { server, cause: describe(error) },
    }
}

fn no_tls(server: String, cause: String) -> OpenError {
    let cure = "Check the server's certificate and name, and tlsCAFile=… in the URL";
    OpenError::Tls { server, cause, cure }
}

/// The driver tells the state of all servers in one long line; this is the part that an operator needs.
fn network_cause(message: &str) -> Option<&str> {
    let cause = message.split_once("I/O error: ")?.1;
    Some(cause.split(", labels").next().unwrap_or(cause))
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn parsed(url: &str) -> Result<ClientOptions, OpenError> {
        options(url, Settings::default()).await
    }

    #[tokio::test]
    async fn no_part_of_a_password_is_told() {
        for url in [
            "mongodb://shop:1?hush@127.0.0.1/shop",
            "mongodb://shop:hush?now@127.0.0.1/shop",
            "mongodb://shop:ab%hush@127.0.0.1/shop",
            "mongodb://shop:hush",
            "mongodb://shop:hush:127.0.0.1/shop",
            "mongodb://[shop:hush/shop",
            "mongodb://[::1]hush/shop",
            "mongodb://127.0.0.1/shop?hush",
            "mongodb://127.0.0.1/shop?authMechanismProperties=hush",
            "hush://127.0.0.1/shop",
        ] {
            let error = parsed(url).await.unwrap_err();
            assert!(matches!(error, OpenError::Url { .. }), "{url}: {error}");
            let line = error.to_string();
            assert!(!line.contains("hush") && line.contains("percent-encoded"), "{url}: {line}");
        }
    }

    #[tokio::test]
    async fn members_on_other_machines_are_not_spoken_to_in_the_clear() {
        let here = doc! { "hosts": ["127.0.0.1:27017", "localhost:27018", "[::1]:27019"] };
        let elsewhere = doc! { "hosts": ["127.0.0.1:27017", "db2.example:27017"] };
        let passive = doc! { "hosts": ["127.0.0.1:27017"], "passives": ["10.0.0.7:27017"] };
        let silent = parsed("mongodb://127.0.0.1/shop").await.unwrap();
        check_members(&silent, &here).unwrap();
        for (hello, member) in [(&elsewhere, "db2.example:27017"), (&passive, "10.0.0.7:27017")] {
            let error = check_members(&silent, hello).unwrap_err();
            assert!(matches!(error, OpenError::Tls { .. }), "{error}");
            assert!(error.to_string().contains(member), "{error}");
            for said in ["tls=true", "tls=false", "directConnection=true"] {
                let options = parsed(&format!("mongodb://127.0.0.1/shop?{said}")).await.unwrap();
                check_members(&options, hello).unwrap();
            }
        }
    }
}
