package io.fanfare.flow;

import java.nio.ByteBuffer;

import io.netty.buffer.PooledByteBufAllocator;
import org.junit.jupiter.api.Test;

import io.fanfare.flow.RawClient.RawFrame;

import static org.assertj.core.api.Assertions.assertThat;

/// A client that asks for more answers than it takes.
class PingFloodTests {

	@Test
	void aClientThatPingsAndDoesNotReadCostsNoMemory() {
		try (Gateway gateway = Gateway.start(); RawClient client = RawClient.open(gateway, "pip")) {
			byte[] payload = new byte[125];
			byte[] ping = RawClient.frame(RawClient.FIN | RawClient.PING, payload, true);
			ByteBuffer pings = ByteBuffer.allocate(1000 * ping.length);
			while (pings.hasRemaining()) {
				pings.put(ping);
			}
			long before = PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();

			for (int i = 0; i < 150; i++) {
				client.sendBytes(pings.array());
			}
			payload[0] = 1;
			client.send(RawClient.FIN | RawClient.PING, payload);

			// The last one is answered, whatever became of those before.
			RawFrame pong = client.read();
			int answered = 1;
			while (pong.opcode() != RawClient.PONG || pong.payload().get(0) == 0) {
				pong = client.read();
				answered++;
			}
			assertThat(answered).isLessThan(150_000);
			assertThat(PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory() - before)
				.isLessThan(16 * 1024 * 1024);
		}
	}

}
