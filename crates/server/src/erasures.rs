//! The list of erasures: a file apart from the database and its backups, so that a restore does not bring erased people back.
//!
//! One line for each, `MOMENT ID`. It is made from the audit trail, where an erasure stands since its commit: a node that
//! stopped before it wrote the line writes it later. Several nodes may write lists of their own.

use std::collections::HashSet;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use doorstep_base::{CustomerId, Timestamp};
use doorstep_store::{Store, StoreError};

const PAGE: u32 = 500;
/// An event may be committed later than a younger one, by another node's clock.
const OVERLAP: Duration = Duration::from_secs(600);

#[derive(Debug, thiserror::Error)]
pub enum ListError {
    #[error("{}: {cause}", path.display())]
    File { path: PathBuf, cause: io::Error },
    #[error(transparent)]
    Store(#[from] StoreError),
}

pub struct ErasureList {
    path: PathBuf,
    known: HashSet<CustomerId>,
    from: Timestamp,
}

impl ErasureList {
    /// The list as it stands; without a file it is empty.
    pub async fn open(path: &Path) -> Result<Self, ListError> {
        let file = path.to_owned();
        let lines = match beside(move || read(&file)).await {
            Err(ListError::File { cause, .. }) if cause.kind() == io::ErrorKind::NotFound => Vec::new(),
            lines => lines?.erased,
        };
        let newest = lines.iter().map(|(at, _)| *at).max().unwrap_or(Timestamp::from_millis(0));
        let known = lines.into_iter().map(|(_, customer)| customer).collect();
        Ok(Self { path: path.to_owned(), known, from: newest - OVERLAP })
    }

    /// Adds what the audit trail has since. Returns how many lines that were; they are on the disk then.
    pub async fn catch_up(&mut self, store: &dyn Store) -> Result<usize, ListError> {
        let mut added = 0;
        loop {
            let page = store.erasures_after(self.from, PAGE).await?;
            let new: Vec<_> = page.iter().filter(|(_, customer)| !self.known.contains(customer)).collect();
            let lines: Vec<_> = new.iter().map(|(at, customer)| format!("{at} {customer}\n")).collect();
            let path = self.path.clone();
            beside(move || append(&path, &lines).map_err(|cause| ListError::File { path, cause })).await?;
            added += new.len();
            self.known.extend(new.iter().map(|(_, customer)| *customer));
            let Some((newest, _)) = page.last() else { return Ok(added) };
            if page.len() < PAGE as usize {
                self.from = self.from.max(*newest - OVERLAP);
                return Ok(added);
            }
            // The rest of that moment comes once more, unless it fills a page.
            let again = *newest - Duration::from_millis(1);
            self.from = if again > self.from { again } else { *newest };
        }
    }
}

/// Adds what the audit trail has and the list has not.
pub async fn bring_up_to_date(path: &Path, store: &dyn Store) -> Result<(), ListError> {
    ErasureList::open(path).await?.catch_up(store).await.map(drop)
}

/// Files are waited for where no request is.
async fn beside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ListError> + Send + 'static,
) -> Result<T, ListError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| StoreError::Unavailable(error.to_string()))?
}

fn append(path: &Path, lines: &[String]) -> io::Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    // What a full disk or a fall of the power has torn stays a line of its own.
    let begin = if ends_whole(path)? { "" } else { "\n" };
    file.write_all(format!("{begin}{}", lines.concat()).as_bytes())?;
    file.sync_all()
}

/// Whether the file is empty, or its last line has its end.
fn ends_whole(path: &Path) -> io::Result<bool> {
    let mut file = File::open(path)?;
    if file.metadata()?.len() == 0 {
        return Ok(true);
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

/// What a list says.
#[derive(Default)]
pub struct Listed {
    pub erased: Vec<(Timestamp, CustomerId)>,
    /// The numbers of lines that are not a moment and an id: torn ones. Their erasures stand again further down, once a server
    /// has run since.
    pub torn: Vec<usize>,
}

/// Every line of a list.
pub fn read(path: &Path) -> Result<Listed, ListError> {
    let failed = |cause| ListError::File { path: path.to_owned(), cause };
    let mut listed = Listed::default();
    for (number, line) in BufReader::new(File::open(path).map_err(failed)?).split(b'\n').enumerate() {
        let line = line.map_err(failed)?;
        if line.trim_ascii().is_empty() {
            continue;
        }
        let line = std::str::from_utf8(&line).ok().and_then(|line| line.split_once(' '));
        match line.and_then(|(at, id)| Some((at.parse().ok()?, id.trim().parse().ok()?))) {
            Some(erased) => listed.erased.push(erased),
            None => listed.torn.push(number + 1),
        }
    }
    Ok(listed)
}

#[cfg(test)]
mod tests {
    use doorstep_testkit::contract::made::{self, MINUTE, NOW};
    use doorstep_testkit::{Engine, TestDatabase};

    use super::*;

    #[tokio::test]
    async fn every_erasure_is_listed_once_also_after_a_restart() {
        let database = TestDatabase::on(Engine::Sqlite).await;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("erasures.txt");
        let mut erased = Vec::new();
        for minute in 0..4_u32 {
            let new = made::signed_up(&database.store).await;
            let mut audit = made::event(doorstep_store::AuditKind::AccountErased, new.id);
            // The last one is told of by a clock that is behind.
            audit.at = NOW + (if minute == 3 { 1 } else { minute + 1 }) * MINUTE;
            assert!(
                database.store.erase_customer(made::proof(&new), NOW, audit.clone().into()).await.unwrap()
            );
            erased.push((audit.at, new.id));
            let mut list = ErasureList::open(&path).await.unwrap();
            assert_eq!(list.catch_up(&*database.store).await.unwrap(), 1);
            assert_eq!(list.catch_up(&*database.store).await.unwrap(), 0);
        }
        assert_eq!(read(&path).unwrap().erased, erased);

        // A line that was torn is listed again, on a line of its own.
        let whole = std::fs::read(&path).unwrap();
        std::fs::write(&path, &whole[..whole.len() - 20]).unwrap();
        let mut list = ErasureList::open(&path).await.unwrap();
        assert_eq!(list.catch_up(&*database.store).await.unwrap(), 1);
        let listed = read(&path).unwrap();
        assert_eq!((listed.erased, listed.torn), (erased, vec![4]));
    }
}
