//! URLs as people paste them, on the servers that they name.

use doorstep_testkit::contract::made;
use doorstep_testkit::proxy::{Link, Proxy};
use doorstep_testkit::{Engine, Place};

use super::{NOW, SERVERS, open, password, refusal, run};

/// Whatever sign a password has: written in per cent it opens the door of every server, and plain it is refused without being repeated.
#[tokio::test]
async fn a_password_of_odd_signs_lets_in_when_it_is_encoded() {
    let odd = "p#h/h@h:h?h&h=h%h+h h!h[h]h{h}h<h>h|h^h`h~h,h;h$h*h(h)hß";
    let encoded = odd.bytes().fold(String::new(), |text, byte| format!("{text}%{byte:02X}"));
    for engine in SERVERS {
        let place = Place::on(engine).await;
        let database = place.url().rsplit('/').next().unwrap();
        let user = format!("o{}", &database[database.len() - 12..]);
        let (make, forget) = match engine {
            Engine::Postgres => (
                format!("CREATE ROLE {user} LOGIN PASSWORD '{odd}'; GRANT ALL ON SCHEMA public TO {user}"),
                format!("REVOKE ALL ON SCHEMA public FROM {user}; DROP ROLE {user}"),
            ),
            _ => (
                format!(
                    "CREATE USER {user}@'127.0.0.1' IDENTIFIED BY '{odd}'; GRANT ALL ON {database}.* TO {user}@'127.0.0.1'"
                ),
                format!("DROP USER {user}@'127.0.0.1'"),
            ),
        };
        run(engine, place.url(), &make).await;
        let (scheme, rest) = place.url().split_once("://").unwrap();
        let host = rest.split_once('@').unwrap().1;
        let store = open(&format!("{scheme}://{user}:{encoded}@{host}")).await;
        assert!(store.is_ok(), "{engine:?}: {}", store.err().unwrap());
        store.unwrap().close().await;
        let wrong = open(&format!("{scheme}://{user}:{odd}@{host}")).await.err().unwrap().to_string();
        assert!(wrong.contains("percent-encode") && !wrong.contains("hß"), "{wrong}");
        run(engine, place.url(), &forget).await;
    }
}

/// The shop's own tables stay as they are, and ours are made beside them.
#[tokio::test]
async fn a_schema_keeps_our_tables_apart() {
    let place = Place::on(Engine::Postgres).await;
    run(Engine::Postgres, place.url(), "CREATE TABLE customers (id INT); INSERT INTO customers VALUES (7)")
        .await;
    for name in ["schema", "search_path", "currentSchema"] {
        let url = format!("{}?{name}=Own{name}", place.url());
        let line = refusal(&url).await;
        assert!(line.contains(&format!("CREATE SCHEMA \"Own{name}\"")), "{line}");
        run(Engine::Postgres, place.url(), &format!("CREATE SCHEMA \"Own{name}\"")).await;
        let store = open(&url).await.unwrap();
        store.migrate(NOW).await.unwrap();
        made::signed_up(&store).await;
        store.close().await;
        let again = open(&url).await.unwrap();
        assert_eq!(again.migrate(NOW).await.unwrap(), 0);
        again.close().await;
    }
    assert!(refusal(place.url()).await.contains("of another program"));
}

/// A primary that moves: the host that takes writes is found, wherever it stands, and found again.
#[tokio::test]
async fn of_several_hosts_the_one_that_takes_writes_is_used() {
    let place = Place::on(Engine::Postgres).await;
    let (first, _) = Proxy::before(place.url()).await;
    let (second, _) = Proxy::before(place.url()).await;
    let (login, rest) = place.url().split_once('@').unwrap();
    let database = rest.split_once('/').unwrap().1;
    let url = format!(
        "{login}@{},{}/{database}?target_session_attrs=read-write",
        first.address(),
        second.address()
    );
    first.set(Link::Refuse);
    let store = open(&url).await.unwrap();
    store.migrate(NOW).await.unwrap();
    let customer = made::signed_up(&store).await;
    first.set(Link::Pass);
    second.set(Link::Refuse);
    let mut found = store.find_customer(customer.id).await;
    for _ in 0..20 {
        if found.is_ok() {
            break;
        }
        found = store.find_customer(customer.id).await;
    }
    assert!(found.unwrap().is_some());
    made::signed_up(&store).await;
    second.set(Link::BlackHole);
    first.set(Link::Refuse);
    let line = refusal(&url).await;
    assert!(line.contains("cannot reach a database") && !line.contains(password(&url)), "{line}");
}

#[tokio::test]
async fn parameters_of_others_are_taken() {
    for engine in SERVERS {
        let place = Place::on(engine).await;
        let all = if engine == Engine::Postgres {
            "sslmode=prefer&channel_binding=prefer&connect_timeout=15&pgbouncer=true&connection_limit=1&application_name=shop&client_encoding=UTF8"
        } else {
            "sslmode=prefer&connection_limit=1&charset=utf8mb4&parseTime=true&connectTimeout=10"
        };
        open(&format!("{}?{all}", place.url())).await.unwrap().close().await;
    }
}

#[tokio::test]
async fn a_cluster_whose_list_of_servers_is_not_found_is_told() {
    let line = refusal("mongodb+srv://shop:pw-never-shown@cluster0.abcde.invalid/shop").await;
    assert!(line.contains("SRV record") && line.contains("cluster0.abcde.invalid"), "{line}");
    assert!(line.contains("mongodb://, for older drivers"), "{line}");
}
