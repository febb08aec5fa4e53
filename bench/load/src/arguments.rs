//! `command --name value …`: the one form that a script needs.

use crate::Failure;
use std::{collections::HashMap, net::SocketAddr, str::FromStr};

pub struct Arguments {
    pub command: String,
    pub address: SocketAddr,
    pub connections: usize,
    pub seconds: f64,
    /// Of the server, to see how much CPU the load costs it.
    pub server_pid: Option<u32>,
    named: HashMap<String, String>,
}

impl Arguments {
    pub fn parse(mut words: impl Iterator<Item = String>) -> Result<Self, Failure> {
        let command = words.next().ok_or("no command")?;
        let mut named = HashMap::new();
        while let Some(name) = words.next() {
            let value = words.next().ok_or_else(|| format!("{name} has no value"))?;
            named.insert(name.trim_start_matches('-').to_owned(), value);
        }
        let mut arguments = Self {
            command,
            address: ([127, 0, 0, 1], 0).into(),
            connections: 0,
            seconds: 0.0,
            server_pid: None,
            named,
        };
        arguments.address = ([127, 0, 0, 1], arguments.number("port")?).into();
        arguments.connections = arguments.number("connections")?;
        arguments.seconds = arguments.number("seconds").unwrap_or(0.0);
        arguments.server_pid = arguments.number("server-pid").ok();
        Ok(arguments)
    }

    pub fn text(&self, name: &str) -> Result<&str, Failure> {
        self.named.get(name).map(String::as_str).ok_or_else(|| format!("--{name} is missing").into())
    }

    pub fn number<N: FromStr>(&self, name: &str) -> Result<N, Failure> {
        let text = self.text(name)?;
        text.parse().map_err(|_| format!("--{name}: {text} is no such number").into())
    }
}
