//! The list that a running server goes by.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use doorstep_web::Origins;

use crate::config::{self, Config, ListedOrigins, Mode, Origin, Problems, Source, Sources};

/// How often the file is looked at. A change counts when it has stood for as long, so that no half of a file is read.
const PERIOD: Duration = Duration::from_millis(500);

pub struct LiveOrigins {
    origins: Origins,
    /// The server's own address, which is no setting of the list.
    own: String,
    sources: Sources,
    mode: Mode,
    listed: Mutex<ListedOrigins>,
    /// The file's state before the list was read for the first time.
    began: Stamp,
}

impl LiveOrigins {
    pub fn new(config: &Config, own: &str) -> Self {
        let began = Stamp::of(&config.sources.path());
        let started = || ListedOrigins { origins: config.cors.origins.clone(), source: Source::Default };
        let listed = config::origins(&config.sources, Some(config.server.mode)).unwrap_or_else(|_| started());
        Self {
            origins: Origins::new(allowed(&listed, own), config.is_dev()),
            own: own.to_owned(),
            sources: config.sources.clone(),
            mode: config.server.mode,
            listed: Mutex::new(listed),
            began,
        }
    }

    /// A handle for who asks.
    pub fn handle(&self) -> Origins {
        self.origins.clone()
    }

    pub fn own(&self) -> &str {
        &self.own
    }

    /// The file that the list stands in, or would.
    pub fn file(&self) -> PathBuf {
        self.sources.path()
    }

    pub fn listed(&self) -> ListedOrigins {
        self.listed.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads the list again. What cannot be read changes nothing.
    pub fn take_up(&self) -> Result<ListedOrigins, Problems> {
        let found = config::origins(&self.sources, Some(self.mode))?;
        let mut listed = self.listed.lock().unwrap_or_else(PoisonError::into_inner);
        if listed.origins != found.origins {
            self.origins.replace(allowed(&found, &self.own));
            let names: Vec<&str> = found.origins.iter().map(Origin::as_str).collect();
            tracing::info!("[cors] origins is now [{}] ({})", names.join(", "), found.source);
        }
        listed.clone_from(&found);
        Ok(found)
    }

    /// Takes up every change of the file, for as long as the server runs.
    pub async fn follow(self: Arc<Self>) {
        let path = self.sources.path();
        let (mut taken, mut before) = (self.began.clone(), None);
        let mut ticks = tokio::time::interval(PERIOD);
        loop {
            ticks.tick().await;
            let now = Stamp::of(&path);
            if now != taken && before.as_ref() == Some(&now) {
                if let Err(problems) = self.take_up() {
                    tracing::warn!("the changed list of origins is not taken up. {problems}");
                }
                taken.clone_from(&now);
            }
            before = Some(now);
        }
    }
}

fn allowed(listed: &ListedOrigins, own: &str) -> Vec<String> {
    listed.origins.iter().map(ToString::to_string).chain([own.to_owned()]).collect()
}

/// What tells one state of a file from another without reading it; `None` when there is no file.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Stamp(Option<(SystemTime, u64, u64)>);

impl Stamp {
    fn of(path: &Path) -> Self {
        use std::os::unix::fs::MetadataExt;
        let found = std::fs::metadata(path).ok();
        Self(found.and_then(|file| Some((file.modified().ok()?, file.len(), file.ino()))))
    }
}
