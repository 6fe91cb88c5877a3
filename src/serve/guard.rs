//! Stands between the network and everything else: bounds what a peer can cost, and says whom it is talking to.
//!
//! One thread a connection, a bounded number of connections, a deadline for every head, body and answer. When all places
//! are taken, whoever has kept one longest without asking anything loses it, so that a peer that opens thousands of
//! connections keeps nobody out.

use super::admission::{Hosts, admit};
use super::http::{Head, Refusal, Request, Response};
use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// What a peer may cost.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of a request's line and headers.
    pub head: usize,
    /// Bytes of a request's body.
    pub body: u64,
    /// Connections at once.
    pub connections: usize,
    /// The time in which a head, and then a body, must have come.
    pub request_time: Duration,
    /// How long a connection may wait for its next request.
    pub idle_time: Duration,
    /// How long a peer may take none of an answer.
    pub write_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            head: 16 << 10,
            body: 2 << 20,
            connections: 256,
            request_time: Duration::from_secs(10),
            idle_time: Duration::from_secs(30),
            write_time: Duration::from_secs(20),
        }
    }
}

/// What answers requests that were let through.
pub trait Answer: Send + Sync + 'static {
    /// Answers one request.
    fn answer(&self, request: &Request) -> Response;
}

/// The open door.
pub struct Guard {
    state: Arc<State>,
    address: SocketAddr,
}

struct State {
    limits: Limits,
    hosts: Hosts,
    token: String,
    next: AtomicU64,
    closed: AtomicBool,
    connections: Mutex<BTreeMap<u64, Connection>>,
}

struct Connection {
    stream: TcpStream,
    /// Since when it has asked nothing; `None` while it is being answered.
    waiting: Option<Instant>,
}

impl Guard {
    /// Lets requests in until it is dropped.
    pub fn open(
        listener: TcpListener,
        limits: Limits,
        hosts: Hosts,
        token: String,
        answer: Arc<dyn Answer>,
    ) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let state = Arc::new(State {
            limits,
            hosts,
            token,
            next: AtomicU64::new(0),
            closed: AtomicBool::new(false),
            connections: Mutex::default(),
        });
        let own = Arc::clone(&state);
        thread::Builder::new().name("segue-accept".to_owned()).spawn(move || accept(&listener, &own, &answer))?;
        Ok(Self { state, address })
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.state.closed.store(true, Ordering::Release);
        for connection in self.state.connections().values() {
            shut(&connection.stream);
        }
        // Wakes the thread that waits for the next connection; where nobody answers it has ended already.
        drop(TcpStream::connect_timeout(&self.address, Duration::from_millis(200)));
    }
}

impl State {
    fn connections(&self) -> MutexGuard<'_, BTreeMap<u64, Connection>> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a place for a connection, if need be the place of the one that has waited longest.
    fn admit(&self, stream: &TcpStream) -> io::Result<u64> {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let connection = Connection { stream: stream.try_clone()?, waiting: Some(Instant::now()) };
        let mut connections = self.connections();
        while connections.len() >= self.limits.connections {
            let idle = connections.iter().filter_map(|(id, connection)| Some((connection.waiting?, *id))).min();
            // All are being answered: the oldest answer is a stream of events, which its page opens again.
            let out = idle.map(|(_, id)| id).or_else(|| connections.keys().next().copied());
            let Some(out) = out.and_then(|out| connections.remove(&out)) else { break };
            shut(&out.stream);
        }
        connections.insert(id, connection);
        Ok(id)
    }

    fn mark(&self, id: u64, waiting: Option<Instant>) {
        if let Some(connection) = self.connections().get_mut(&id) {
            connection.waiting = waiting;
        }
    }
}

/// Ends a connection whoever holds it. One that has ended already is no fault.
fn shut(stream: &TcpStream) {
    drop(stream.shutdown(Shutdown::Both));
}

fn accept(listener: &TcpListener, state: &Arc<State>, answer: &Arc<dyn Answer>) {
    loop {
        let accepted = listener.accept();
        if state.closed.load(Ordering::Acquire) {
            return;
        }
        let Ok((stream, _)) = accepted else {
            // Out of file descriptors, mostly: those that are open will end.
            thread::sleep(Duration::from_millis(20));
            continue;
        };
        let Ok(id) = state.admit(&stream) else { continue };
        let (own, answer) = (Arc::clone(state), Arc::clone(answer));
        let spawned = thread::Builder::new().name("segue-answer".to_owned()).spawn(move || {
            // A connection that breaks is its peer's affair.
            drop(converse(stream, id, &own, &*answer));
            if let Some(connection) = own.connections().remove(&id) {
                shut(&connection.stream);
            }
        });
        if spawned.is_err() {
            state.connections().remove(&id);
        }
    }
}

/// Answers the requests of one connection.
fn converse(mut stream: TcpStream, id: u64, state: &State, answer: &dyn Answer) -> io::Result<()> {
    let limits = &state.limits;
    stream.set_nodelay(true)?;
    stream.set_write_timeout(Some(limits.write_time))?;
    let mut buffer = Vec::new();
    let mut first = true;
    loop {
        state.mark(id, Some(Instant::now()));
        let head = match read_head(&mut stream, &mut buffer, limits, first) {
            Ok(Some(head)) => head,
            Ok(None) => return Ok(()),
            Err(Fault::Refused(refusal)) => return turn_away(&mut stream, refusal),
            Err(Fault::Broken(error)) => return Err(error),
        };
        first = false;
        let body = match admit(&head, &state.hosts, &state.token, state.limits.body) {
            Ok(length) => match read_body(&mut stream, &mut buffer, length, &head, limits) {
                Ok(body) => body,
                Err(Fault::Refused(refusal)) => return turn_away(&mut stream, refusal),
                Err(Fault::Broken(error)) => return Err(error),
            },
            Err(refusal) => return turn_away(&mut stream, refusal),
        };
        state.mark(id, None);
        let request = Request { head, body };
        // A bug in one page must not end the preview of all others.
        let response = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| answer.answer(&request)))
            .unwrap_or_else(|_| Refusal::Broken.response());
        let keep = request.head.keep_alive && !response.is_stream();
        response.write(&mut stream, &request.head, keep)?;
        if !keep {
            return Ok(());
        }
    }
}

enum Fault {
    Refused(Refusal),
    Broken(io::Error),
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Broken(error)
    }
}

/// Says no, and waits a moment for what is still on its way, so that the peer sees the answer and not a reset.
fn turn_away(stream: &mut TcpStream, refusal: Refusal) -> io::Result<()> {
    refusal.response().write(stream, &Head::default(), false)?;
    stream.shutdown(Shutdown::Write)?;
    stream.set_read_timeout(Some(Duration::from_millis(100)))?;
    let until = Instant::now() + Duration::from_millis(500);
    let mut rest = [0; 4096];
    while Instant::now() < until && matches!(stream.read(&mut rest), Ok(1..)) {}
    Ok(())
}

/// Reads until the empty line. `None` where the peer has nothing more to ask.
fn read_head(
    stream: &mut TcpStream,
    buffer: &mut Vec<u8>,
    limits: &Limits,
    first: bool,
) -> Result<Option<Head>, Fault> {
    let began = Instant::now();
    let mut deadline = began + if first || !buffer.is_empty() { limits.request_time } else { limits.idle_time };
    let mut chunk = [0; 4096];
    loop {
        if let Some(length) = head_length(buffer) {
            let head = Head::parse(&buffer[..length]).map_err(Fault::Refused)?;
            buffer.drain(..length);
            return Ok(Some(head));
        }
        if buffer.len() > limits.head {
            return Err(Fault::Refused(Refusal::HeadTooLarge));
        }
        match read_before(stream, &mut chunk, deadline)? {
            None if buffer.is_empty() => return Ok(None),
            None => return Err(Fault::Refused(Refusal::TooSlow)),
            Some(0) => return Ok(None),
            Some(read) => {
                if buffer.is_empty() {
                    // The time of a head counts from its first byte.
                    deadline = deadline.min(Instant::now() + limits.request_time);
                }
                buffer.extend_from_slice(&chunk[..read]);
            }
        }
    }
}

/// The length of a head with its empty line, once that is there.
fn head_length(buffer: &[u8]) -> Option<usize> {
    buffer.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4)
}

fn read_body(
    stream: &mut TcpStream,
    buffer: &mut Vec<u8>,
    length: u64,
    head: &Head,
    limits: &Limits,
) -> Result<Vec<u8>, Fault> {
    if length == 0 {
        return Ok(Vec::new());
    }
    if head.header("expect").is_some_and(|value| value.eq_ignore_ascii_case("100-continue")) {
        stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
    }
    let deadline = Instant::now() + limits.request_time;
    let mut chunk = [0; 16 << 10];
    while (buffer.len() as u64) < length {
        match read_before(stream, &mut chunk, deadline)? {
            None => return Err(Fault::Refused(Refusal::TooSlow)),
            Some(0) => return Err(Fault::Broken(io::ErrorKind::UnexpectedEof.into())),
            Some(read) => buffer.extend_from_slice(&chunk[..read]),
        }
    }
    Ok(buffer.drain(..length as usize).collect())
}

/// Reads what is there; `None` where nothing came in time.
fn read_before(stream: &mut TcpStream, chunk: &mut [u8], deadline: Instant) -> io::Result<Option<usize>> {
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(None);
        }
        stream.set_read_timeout(Some(left))?;
        match stream.read(chunk) {
            Ok(read) => return Ok(Some(read)),
            Err(error) => match error.kind() {
                io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => return Ok(None),
                io::ErrorKind::Interrupted => {}
                _ => return Err(error),
            },
        }
    }
}
