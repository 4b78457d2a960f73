package io.fanfare.proxy;

import java.net.InetSocketAddress;

import io.netty.channel.socket.SocketChannel;

/// One client's connection through a [FaultProxy], and what can be done to it.
///
/// Threads: every method may be called from any; it has taken effect when it returns. On a
/// connection that has ended it does nothing.
public final class ProxiedConnection {

	private final FaultProxy proxy;

	private final SocketChannel client;

	private final SocketChannel target;

	private final InetSocketAddress clientAddress;

	private final Pipe toClient;

	private final Pipe toTarget;

	ProxiedConnection(FaultProxy proxy, SocketChannel client, SocketChannel target) {
		this.proxy = proxy;
		this.client = client;
		this.target = target;
		this.clientAddress = client.remoteAddress();
		this.toClient = new Pipe(this, target, client);
		this.toTarget = new Pipe(this, client, target);
	}

	void start() {
		this.toClient.start();
		this.toTarget.start();
	}

	/// The client's end, whose port no other open connection of this proxy has.
	public InetSocketAddress clientAddress() {
		return this.clientAddress;
	}

	/// The first line that the client has sent, up to 256 characters; empty until it is
	/// there. Of HTTP it is the request line, by which a client can be recognised.
	public String firstLine() {
		return this.toTarget.firstLine();
	}

	/// Whether the connection goes through, be it stalled or not.
	public boolean isOpen() {
		return this.client.isActive() && this.target.isActive();
	}

	/// Resets the connection.
	public void cut() {
		cut(Cut.RST);
	}

	/// Ends the connection.
	public void cut(Cut how) {
		run(() -> end(how));
	}

	/// Resets the connection as soon as so many further bytes have passed to the client.
	public void cutAfter(long bytes) {
		cutAfter(bytes, Direction.TO_CLIENT, Cut.RST);
	}

	/// Ends the connection as soon as so many further bytes have passed, not one more.
	/// Where the receiving side is slow a reset may overtake the last of them.
	public void cutAfter(long bytes, Direction direction, Cut how) {
		if (bytes < 0) {
			throw new IllegalArgumentException("A connection cannot be cut after " + bytes + " bytes");
		}
		run(() -> pipe(direction).cutAfter(bytes, how));
	}

	/// Stops reading from the target, which soon sees a zero window. What the client
	/// sends still reaches the target.
	public void stall() {
		stall(Direction.TO_CLIENT);
	}

	/// Stops reading what goes that way, also its end or reset. What has been read before
	/// still arrives.
	public void stall(Direction direction) {
		run(() -> pipe(direction).stall(true));
	}

	/// Ends all stalls: what has waited goes on, in order and without loss.
	public void resume() {
		run(() -> {
			this.toClient.stall(false);
			this.toTarget.stall(false);
		});
	}

	/// On the event loop.
	void end(Cut how) {
		close(this.client, how);
		close(this.target, how);
		this.proxy.ended(this);
	}

	static void close(SocketChannel channel, Cut how) {
		if (how == Cut.RST && channel.isOpen()) {
			channel.config().setSoLinger(0);
		}
		// A channel that cannot be closed is closed already.
		var _ = channel.close();
	}

	/// On the event loop.
	void directionEnded() {
		if (this.toClient.isEnded() && this.toTarget.isEnded()) {
			end(Cut.FIN);
		}
	}

	private Pipe pipe(Direction direction) {
		return (direction == Direction.TO_CLIENT) ? this.toClient : this.toTarget;
	}

	private void run(Runnable action) {
		if (isOpen()) {
			this.proxy.call(() -> {
				action.run();
				return this;
			});
		}
	}

	@Override
	public String toString() {
		return this.clientAddress + " (" + (isOpen() ? "open" : "ended") + ")";
	}

}
