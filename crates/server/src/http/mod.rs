//! The HTTP stack, from the socket to the routes and back.
//!
//! [`listen`] accepts and bounds connections ([`crowd`], [`connections`]), [`socket`] is what hyper reads and writes; [`front`] is what happens to every request, in one place, in order:
//! request id → access log → CORS → security headers → panic and time limit → header check → routes ([`routes`]).

mod activity;
mod assets;
mod client;
mod connections;
mod cors;
mod crowd;
mod echo;
mod error_pages;
mod explorer;
mod front;
mod given_up;
mod headers;
mod heads;
mod health;
mod hosts;
mod idlest;
mod linger;
mod listen;
mod metrics;
mod request_id;
mod routes;
mod shop_pages;
mod socket;
mod stall;
mod unread;

pub use cors::Judged;
pub use crowd::Crowd;
pub use echo::EchoConfig;
pub use front::{Front, FrontConfig};
pub use hosts::{is_local, name_of};
pub use listen::{BindError, Bounds, Stop, bind, serve};
pub use metrics::{Metrics, MetricsError};
pub use routes::{RoutesConfig, health_routes, routes};

/// What any path may be asked; everything else is 405 before it is looked at.
const METHODS: &str = "GET, HEAD, POST, PATCH, PUT, DELETE, OPTIONS";
