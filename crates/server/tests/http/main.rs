//! The HTTP stack over real sockets: a server on its own port and database for every test.

mod bounds;
mod cors;
mod headers;
mod network;
mod pages;
mod paths;
mod stop;
