package io.fanfare.audit;

import io.fanfare.FanfareApplication;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.context.annotation.Bean;

/// The gateway with a [FrameFault] on every connection, by which tests show that the audit can
/// fail.
public final class FaultyGateway {

	private FaultyGateway() {
	}

	public static void main(String[] args) {
		new SpringApplication(FanfareApplication.class, Faults.class).run(args);
	}

	/// No component, so that no other application in these sources finds it.
	static final class Faults {

		@Bean
		NettyServerCustomizer frameFaults() {
			return (server) -> server
				.doOnChannelInit((observer, channel, address) -> channel.pipeline().addFirst(new FrameFault()));
		}

	}

}
