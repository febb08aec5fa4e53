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
use crate::engine::network::{CHECK, explained};
use crate::url;
use crate::{OpenError, Settings};

/// As which the servers list us, and by which a killed node is known to have been one of ours.
pub(super) const APP_NAME: &str = "doorstep";
const SCHEME: &str = "mongodb";
const DEFAULT_DATABASE: &str = "doorstep";
/// What MongoDB 6.0 says that it speaks.
const OLDEST_WIRE_VERSION: i32 = 17;
const OLDEST: &str = "MongoDB 6.0";
const NOT_ENCODED: &str = "special signs of user and password must be percent-encoded (@ is %40, ? is %3F)";
/// How often the driver looks after each server. A link that swallows everything is noticed after this and the timeout; the
/// driver's own ten seconds would be too long for a shop.
const HEARTBEAT: Duration = Duration::from_secs(2);

pub(super) async fn connect(url: &url::Server, settings: Settings) -> Result<Db, OpenError> {
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
async fn options(url: &url::Server, settings: Settings) -> Result<ClientOptions, OpenError> {
    let spelled = url.spelled(&url.hosts, &url.all());
    let lookup = |said: &str| {
        let hosts: Vec<_> = url.hosts.iter().map(ToString::to_string).collect();
        explained(said, &hosts.join(","))
    };
    let mut options = match timeout(settings.timeout, ClientOptions::parse(spelled)).await {
        Ok(Ok(options)) => options,
        Ok(Err(error)) => {
            let is_about_names = matches!(&*error.kind, ErrorKind::DnsResolve { .. } | ErrorKind::Io(_));
            // Only the names of mongodb+srv:// are looked up here.
            let lost = is_about_names.then(|| lookup("SRV lookup")).flatten();
            return Err(lost.unwrap_or_else(|| url.unusable(fault_of_url(&error))));
        }
        Err(_) => return Err(lookup("SRV lookup").unwrap_or_else(|| url.unusable(NOT_ENCODED.to_owned()))),
    };
    if options.tls.is_none() && !options.hosts.iter().all(is_here) {
        return Err(no_encryption(&server(&options), "the server is on another machine"));
    }
    if matches!(&options.tls, Some(Tls::Enabled(tls)) if tls.allow_invalid_certificates == Some(true)) {
        tracing::warn!(
            "the MongoDB URL accepts any certificate: whoever sits on the way can read and change everything"
        );
    }
    options.app_name = Some(APP_NAME.to_owned());
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
        ServerAddress::Tcp { host, .. } => doorstep_base::is_this_machine(host),
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
    let unreachable = |cause: &str| OpenError::Unreachable {
        server: server.to_owned(),
        cause: cause.to_owned(),
        cure: CHECK,
    };
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
        ErrorKind::InvalidTlsConfig { message, .. } => {
            let cure = "Check the server's certificate and name, and tlsCAFile=… in the URL";
            OpenError::Tls { server, cause: message.clone(), cure }
        }
        // The driver tells the state of all servers in one long line.
        ErrorKind::ServerSelection { message, .. } => explained(message, &server).unwrap_or_else(|| {
            OpenError::Unreachable { server, cause: "no server answers".to_owned(), cure: CHECK }
        }),
        _ => {
            let cause = describe(error);
            explained(&cause, &server).unwrap_or(OpenError::Unreachable { server, cause, cure: CHECK })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn parsed(url: &str) -> Result<ClientOptions, OpenError> {
        match url::Place::of(url)? {
            url::Place::Server(server) => options(&server, Settings::default()).await,
            url::Place::File(path) => panic!("{path}"),
        }
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
