//! A server on a thread of its own, and a client that keeps it busy over loopback.
//!
//! The client is one thread of blocking sockets: the fewer instructions it takes, the more of what is measured is the
//! server. It reads the connections in turn and sends the next request as soon as an answer is there, so that the
//! server always has all the other requests to work on.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// How many connections a client keeps.
const CONNECTIONS: usize = 8;

/// How long a client waits for an answer before it takes the server for dead.
const PATIENCE: Duration = Duration::from_secs(10);

/// A server that runs until it is dropped, and the connections to it.
pub(crate) struct Server {
    connections: Vec<Connection>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<io::Result<()>>>,
}

impl Server {
    pub(crate) fn start(router: Router) -> io::Result<Self> {
        let (stop, stopped) = oneshot::channel();
        let (tell, told) = mpsc::channel();
        let thread = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async move {
                let listener = TcpListener::bind("127.0.0.1:0").await?;
                // If nobody listens any more, `stopped` is there already.
                let _ = tell.send(listener.local_addr()?);
                reference::server::serve(listener, router, async { drop(stopped.await) }).await;
                Ok(())
            })
        });
        let mut server = Self { connections: Vec::new(), stop: Some(stop), thread: Some(thread) };
        let address = told.recv_timeout(PATIENCE).map_err(io::Error::other)?;
        for _ in 0..CONNECTIONS {
            server.connections.push(Connection::open(address)?);
        }
        Ok(server)
    }

    /// Sends one request on each connection again and again; gives the number of answers in a second.
    pub(crate) fn load(
        &mut self,
        request: &[u8],
        status: u16,
        duration: Duration,
    ) -> io::Result<f64> {
        let mut answers = 0_u32;
        let start = Instant::now();
        for connection in &mut self.connections {
            connection.send(request)?;
        }
        let mut ending = false;
        while !ending {
            ending = start.elapsed() >= duration;
            for connection in &mut self.connections {
                connection.receive(status)?;
                answers += 1;
                if !ending {
                    connection.send(request)?;
                }
            }
        }
        Ok(f64::from(answers) / start.elapsed().as_secs_f64())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.connections.clear();
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // It has told its address, or else nobody could have asked it for more.
            drop(thread.join());
        }
    }
}

struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self { stream, buffer: vec![0; 64 * 1024] })
    }

    fn send(&mut self, request: &[u8]) -> io::Result<()> {
        self.stream.write_all(request)
    }

    /// Reads one response to its end.
    fn receive(&mut self, status: u16) -> io::Result<()> {
        let mut filled = 0;
        let mut total = None;
        while total.is_none_or(|total| filled < total) {
            match self.stream.read(&mut self.buffer[filled..])? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                count => filled += count,
            }
            if total.is_none() {
                total = Head::read(&self.buffer[..filled], status)?.map(|head| head.total);
            }
        }
        if total == Some(filled) { Ok(()) } else { Err(unexpected("more than was announced")) }
    }
}

/// What there is to know of a response's head: how long head and body are together.
struct Head {
    total: usize,
}

impl Head {
    /// The head, if all of it is there.
    fn read(bytes: &[u8], status: u16) -> io::Result<Option<Self>> {
        let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
            return Ok(None);
        };
        let head = std::str::from_utf8(&bytes[..end]).map_err(io::Error::other)?;
        let mut lines = head.split("\r\n");
        let got = lines.next().and_then(|line| line.split(' ').nth(1));
        if got.and_then(|got| got.parse().ok()) != Some(status) {
            return Err(unexpected(head));
        }
        let mut fields = lines.filter_map(|line| line.split_once(": "));
        let length = fields.find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
        let length: Option<usize> = length.and_then(|(_, length)| length.parse().ok());
        length.map(|length| Some(Self { total: end + 4 + length })).ok_or_else(|| unexpected(head))
    }
}

fn unexpected(what: &str) -> io::Error {
    io::Error::other(format!("an answer that was not expected: {what}"))
}
