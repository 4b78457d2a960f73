package io.fanfare.socket;

import java.util.concurrent.atomic.AtomicInteger;

import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/// When the web server may stop.
class OpenSocketsTests {

	private final OpenSockets sockets = new OpenSockets();

	private final AtomicInteger proceeded = new AtomicInteger();

	@BeforeEach
	void start() {
		this.sockets.start();
	}

	@Test
	void waitsForTheLastToClose() {
		EmbeddedChannel first = opened();
		EmbeddedChannel second = opened();
		this.sockets.stop(this.proceeded::incrementAndGet);
		first.close().syncUninterruptibly();
		assertThat(this.proceeded).hasValue(0);

		second.close().syncUninterruptibly();

		assertThat(this.proceeded).hasValue(1);
	}

	@Test
	void waitsForNobodyWhereNoneIsOpen() {
		opened().close().syncUninterruptibly();

		this.sockets.stop(this.proceeded::incrementAndGet);

		assertThat(this.proceeded).hasValue(1);
	}

	@Test
	void waitsForNobodyWhoComesLater() {
		EmbeddedChannel known = opened();
		this.sockets.stop(this.proceeded::incrementAndGet);
		EmbeddedChannel late = opened();

		known.close().syncUninterruptibly();

		assertThat(this.proceeded).hasValue(1);
		late.close().syncUninterruptibly();
		assertThat(this.proceeded).hasValue(1);
	}

	private EmbeddedChannel opened() {
		EmbeddedChannel channel = new EmbeddedChannel();
		this.sockets.opened(channel);
		return channel;
	}

}
