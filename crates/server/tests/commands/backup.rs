//! `doorstep backup` and `doorstep restore`.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use doorstep_store::{Settings, Store};
use doorstep_testkit::contract::made;
use doorstep_testkit::{Engine, TestDatabase};

use crate::support::Run;

const BCRYPT: &str = "$2b$04$pdtYKAVuyIQxBPMMfcF2iudO0hADaqyTKx5Yup6AgSQwcaZ7WlFnC";

/// A folder with a shop of one customer.
fn shop() -> Run {
    let line = format!("{{\"email\":\"ada@example.com\",\"passwordHash\":\"{BCRYPT}\"}}");
    let run =
        Run::new().file("one.jsonl", &line).file("notes.txt", "not a database, but longer than a header");
    assert_eq!(run.run(&["users", "import", "one.jsonl"]).code, 0);
    run
}

#[test]
fn a_backup_is_restored() {
    let run = shop();
    let made = run.run(&["backup", "--to", "shop.backup"]);
    assert_eq!(made.code, 0, "{}", made.err);
    assert!(made.out.starts_with("shop.backup is a whole copy of sqlite:doorstep.db ("), "{}", made.out);
    let rights = std::fs::metadata(run.path().join("shop.backup")).unwrap().permissions().mode();
    assert_eq!(rights & 0o777, 0o600);
    assert_eq!(run.run(&["users", "disable", "ada@example.com"]).code, 0);
    let restored = run.run(&["restore", "--from", "shop.backup", "--database", "sqlite:again.db"]);
    assert_eq!(restored.code, 0, "{}", restored.err);
    assert!(restored.out.contains("0 live sessions were ended"), "{}", restored.out);
    let shown = run.run(&["users", "--database", "sqlite:again.db", "show", "ada@example.com"]);
    assert!(shown.out.contains("disabled  no"), "{}{}", shown.out, shown.err);
    let left: Vec<_> = std::fs::read_dir(run.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_str().unwrap().contains(".partial")), "{left:?}");
}

#[test]
fn what_cannot_be_copied_is_told_in_one_line_and_nothing_is_changed() {
    let run = shop();
    assert_eq!(run.run(&["backup", "--to", "good.backup"]).code, 0);
    let other = rusqlite_file(run.path(), "other.db");
    let cases: &[(&[&str], &str)] = &[
        (&["backup", "--to", "good.backup"], "good.backup exists and is not empty"),
        (&["backup", "--to", "no/such/folder/x"], "could not be copied"),
        (&["backup", "--to", "x", "--database", "sqlite:typo.db"], "there is no file typo.db"),
        (
            &["backup", "--to", "x", "--database", "postgres://me:hunter2@db/shop"],
            "doorstep move --keep-source",
        ),
        (
            &["restore", "--from", "typo.backup", "--database", "sqlite:new.db"],
            "there is no file typo.backup",
        ),
        (&["restore", "--from", "notes.txt", "--database", "sqlite:new.db"], "cannot be read as a database"),
        (&["restore", "--from", other, "--database", "sqlite:new.db"], "of another program"),
        (&["restore", "--from", "good.backup"], "doorstep.db exists and is not empty"),
    ];
    for (arguments, told) in cases {
        let ended = run.run(arguments);
        assert_eq!((ended.code, ended.out.as_str()), (1, ""), "{arguments:?}");
        // A password among the arguments is warned about besides.
        let lines = if arguments.iter().any(|argument| argument.contains("hunter2")) { 2 } else { 1 };
        assert!(
            ended.err.contains(told) && ended.err.lines().count() == lines,
            "{arguments:?} {}",
            ended.err
        );
        assert!(!ended.err.contains("hunter2"));
        for name in ["x", "x.partial", "new.db", "new.db.partial", "typo.db"] {
            assert!(!run.path().join(name).exists(), "{arguments:?} left {name}");
        }
    }
    assert!(run.run(&["users", "show", "ada@example.com"]).out.contains("disabled  no"));
}

/// A SQLite file that is not Doorstep's: an empty database with some other program's mark.
fn rusqlite_file<'n>(folder: &Path, name: &'n str) -> &'n str {
    let mut bytes = std::fs::read(folder.join("good.backup")).unwrap();
    bytes[68..72].copy_from_slice(&42_u32.to_be_bytes());
    std::fs::write(folder.join(name), bytes).unwrap();
    name
}

#[test]
fn a_damaged_backup_is_not_restored() {
    let run = shop();
    assert_eq!(run.run(&["backup", "--to", "good.backup"]).code, 0);
    let whole = std::fs::read(run.path().join("good.backup")).unwrap();
    std::fs::write(run.path().join("cut.backup"), &whole[..whole.len() / 2]).unwrap();
    let ended = run.run(&["restore", "--from", "cut.backup", "--database", "sqlite:new.db"]);
    assert_eq!(ended.code, 1);
    assert!(!run.path().join("new.db").exists());
}

/// Sign-ups until told to stop; each is counted when it was acknowledged.
async fn sign_up(store: Arc<dyn Store>, stop: Arc<AtomicBool>) -> Vec<doorstep_base::CustomerId> {
    let mut acknowledged = Vec::new();
    while !stop.load(Ordering::SeqCst) {
        let customer = made::signed_up(&store).await;
        made::logged_in(&store, &customer, doorstep_store::SessionMode::Token).await;
        acknowledged.push(customer.id);
    }
    acknowledged
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_under_load_is_one_moment_of_the_shop() {
    let database = TestDatabase::on(Engine::Sqlite).await;
    let before = made::signed_up(&database.store).await;
    let stop = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> =
        (0..4).map(|_| tokio::spawn(sign_up(database.store.clone(), stop.clone()))).collect();
    let run = Run::new();
    for round in 0..5 {
        let file = format!("{round}.backup");
        let ended = run.run(&["backup", "--to", &file, "--database", database.url()]);
        assert_eq!(ended.code, 0, "{}", ended.err);
    }
    stop.store(true, Ordering::SeqCst);
    let mut customers = vec![before.id];
    for writer in writers {
        customers.extend(writer.await.unwrap());
    }
    let (mut last, mut live) = (0, 0);
    for round in 0..5 {
        let url = format!("sqlite:{round}.db");
        let backup = format!("{round}.backup");
        let ended = run.run(&["restore", "--keep-sessions", "--from", &backup, "--database", &url]);
        assert_eq!(ended.code, 0, "{}", ended.err);
        let file = run.path().join(format!("{round}.db"));
        let store =
            doorstep_store::open(&format!("sqlite:{}", file.display()), Settings::default()).await.unwrap();
        let mut found = 0;
        live = 0;
        for customer in &customers {
            // A sign-up and its line in the trail are one step; so are a login and its line.
            let trail = made::trail(&store, *customer).await;
            let sessions = store.sessions_of(*customer, made::NOW).await.unwrap().len();
            let stands = store.find_customer(*customer).await.unwrap().is_some();
            assert_eq!((stands, sessions), (trail.contains(&"signed_up"), trail.len().saturating_sub(1)));
            found += usize::from(stands);
            live += sessions;
        }
        assert!(found > last || round > 0, "the first backup lacks who had signed up before it");
        assert!(found >= last, "a later backup holds less than an earlier one");
        last = found;
        store.close().await;
    }
    assert!(last > 1, "nothing was written during the backups");
    let ended = run.run(&["restore", "--from", "4.backup", "--database", "sqlite:ended.db"]);
    assert!(ended.out.contains(&format!("{live} live sessions were ended")), "{} {live}", ended.out);
}
