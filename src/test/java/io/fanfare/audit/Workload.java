package io.fanfare.audit;

import java.util.List;
import java.util.SplittableRandom;

import org.jspecify.annotations.Nullable;

/// What is published, drawn from a seed: most of it for one user at a time, now and then a burst
/// for one that overflows what may wait for a client.
final class Workload {

	private static final int MAX_PADDING = 600;

	private static final int LARGE_PADDING = 40_000;

	private final Population population;

	private final int count;

	private final SplittableRandom random;

	private final FrameFault.@Nullable Kind fault;

	private boolean faultSet;

	private int next;

	private int burst;

	private AuditTopic burstTopic = AuditTopic.MURMUR2;

	private String burstUser = "";

	/// @param count notifications in all
	/// @param fault what a faulty gateway is to do to one of them in the middle, or
	/// `null`
	Workload(Population population, int count, SplittableRandom random, FrameFault.@Nullable Kind fault) {
		this.population = population;
		this.count = count;
		this.random = random;
		this.fault = fault;
	}

	boolean hasNext() {
		return this.next < this.count;
	}

	Message next() {
		if (this.burst == 0 && this.random.nextInt(4000) == 0) {
			this.burst = this.random.nextInt(500, 1500);
			this.burstTopic = this.random.nextBoolean() ? AuditTopic.MURMUR2 : AuditTopic.CRC32;
			this.burstUser = any(this.population.users());
		}
		if (this.burst > 0) {
			this.burst--;
			return message(this.burstTopic, this.burstUser);
		}
		int lot = this.random.nextInt(1000);
		if (lot < 5) {
			return message(AuditTopic.EVERYONE, Population.EVERYONE);
		}
		if (lot < 85) {
			return message(AuditTopic.GROUPS, any(this.population.groups()));
		}
		List<String> users = (this.random.nextInt(10) < 3) ? this.population.busyUsers() : this.population.users();
		return message((lot < 540) ? AuditTopic.MURMUR2 : AuditTopic.CRC32, any(users));
	}

	private Message message(AuditTopic topic, String to) {
		int number = this.next++;
		String mark = "";
		if (this.fault != null && !this.faultSet && number >= this.count / 4 && topic == AuditTopic.MURMUR2
				&& this.population.isSteady(to)) {
			this.faultSet = true;
			mark = FrameFault.mark(this.fault);
		}
		int padding = (this.random.nextInt(500) == 0) ? LARGE_PADDING : this.random.nextInt(MAX_PADDING);
		String value = "{\"number\":" + number + ",\"to\":\"" + to + "\"" + mark + ",\"padding\":\""
				+ "x".repeat(padding) + "\"}";
		return new Message(number, topic, to, (topic == AuditTopic.EVERYONE) ? null : to, value);
	}

	private String any(List<String> names) {
		return names.get(this.random.nextInt(names.size()));
	}

}
