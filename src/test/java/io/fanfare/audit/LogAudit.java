package io.fanfare.audit;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

import io.fanfare.load.LoadException;
import io.fanfare.load.Progress;

/// One run of the log audit against two gateways: everybody connects, notifications are published
/// while clients and gateways misbehave; then all is let be, and everybody must have everything.
final class LogAudit {

	private static final Duration POLL = Duration.ofMillis(100);

	private static final Duration JOIN = Duration.ofSeconds(30);

	/// Time without a delivery after which what has not come is lost. With receive
	/// buffers
	/// as small as some clients' the kernel may let seconds pass before it looks again
	/// whether there is room (RFC 9293 §3.8.6.1).
	private static final Duration PATIENCE = Duration.ofSeconds(15);

	/// Time after everybody has everything in which nothing more may come.
	private static final Duration QUIET = Duration.ofMillis(1500);

	private final AuditSettings settings;

	private final Replicas replicas;

	private final Progress progress;

	private LogAudit(AuditSettings settings, Replicas replicas, Progress progress) {
		this.settings = settings;
		this.replicas = replicas;
		this.progress = progress;
	}

	static AuditResult run(AuditSettings settings, Replicas replicas, Progress progress)
			throws LoadException, IOException {
		return new LogAudit(settings, replicas, progress).run();
	}

	private AuditResult run() throws LoadException, IOException {
		long start = System.nanoTime();
		this.progress.done("log audit, seed %d", this.settings.seed());
		SplittableRandom random = new SplittableRandom(this.settings.seed());
		Population population = new Population(this.settings.users(), random.split());
		Publications publications = new Publications(this.settings.notifications());
		try (AuditLog log = new AuditLog(this.settings.log())) {
			Audit audit = new Audit(publications, new Findings(log), new Tally(), log);
			Workload workload = new Workload(population, this.settings.notifications(), random.split(),
					this.settings.fault());
			Outages outages = new Outages(this.replicas, this.settings.outages(), this.settings.notifications(),
					random.split(), audit);
			try (Clients clients = new Clients(population, this.replicas, random.split(), audit)) {
				gather(clients, population);
				publish(clients, workload, outages, audit);
				clients.calm();
				Map<String, List<Publications.Place>> byRecipient = publications.byRecipient();
				awaitAll(clients, byRecipient, audit);
				LockSupport.parkNanos(QUIET.toNanos());
				clients.judge(byRecipient);
				return new AuditResult(this.settings, Duration.ofNanos(System.nanoTime() - start),
						population.tabs().size(), clients.due(byRecipient), clients.told(byRecipient), audit.tally(),
						audit.findings().counts(), audit.findings().kept(), log.file());
			}
		}
	}

	/// Waits until everybody is ready who is there from the beginning.
	private void gather(Clients clients, Population population) throws LoadException {
		long expected = population.tabs().stream().filter((tab) -> tab.joinsAt() == 0).count();
		clients.join(0);
		long deadline = System.nanoTime() + JOIN.toNanos();
		while (clients.begun() < expected) {
			if (System.nanoTime() > deadline) {
				throw new LoadException("only %d of %d clients are ready after %d s".formatted(clients.begun(),
						expected, JOIN.toSeconds()));
			}
			pause();
		}
	}

	private void publish(Clients clients, Workload workload, Outages outages, Audit audit) throws LoadException {
		try (NumberedPublisher publisher = new NumberedPublisher(this.replicas.bootstrapServers(), workload,
				audit.publications(), this.settings.perSecond())) {
			CompletableFuture<Void> published = CompletableFuture.runAsync(() -> publisher.publishAll(outages::limit),
					LogAudit::thread);
			CompletableFuture<Void> ended = CompletableFuture.runAsync(() -> {
				try {
					outages.makeAll(published::isDone);
				}
				catch (LoadException ex) {
					throw new IllegalStateException(ex);
				}
			}, LogAudit::thread);
			while (!published.isDone() || !ended.isDone()) {
				int sent = audit.publications().sent();
				clients.join((double) sent / this.settings.notifications());
				this.progress.update("%,d of %,d published, %,d delivered, %,d connections, %d gateways ended, %s",
						sent, this.settings.notifications(), audit.tally().get(Tally.Count.DELIVERED),
						audit.tally().get(Tally.Count.CONNECTIONS),
						audit.tally().get(Tally.Count.KILLED) + audit.tally().get(Tally.Count.TERMINATED),
						audit.findings().counts());
				pause();
			}
			published.join();
			ended.join();
			clients.join(1);
		}
	}

	private static void thread(Runnable task) {
		Thread.ofPlatform().daemon().name("audit").start(task);
	}

	/// Waits until nothing is missing, or nothing comes any more.
	private void awaitAll(Clients clients, Map<String, List<Publications.Place>> byRecipient, Audit audit) {
		long before = -1;
		long progressAt = System.nanoTime();
		long missing = clients.missing(byRecipient);
		while (missing > 0 && System.nanoTime() - progressAt < PATIENCE.toNanos()) {
			if (missing != before) {
				before = missing;
				progressAt = System.nanoTime();
			}
			this.progress.update("%,d missing, %s", missing, audit.findings().counts());
			pause();
			missing = clients.missing(byRecipient);
		}
	}

	private static void pause() {
		LockSupport.parkNanos(POLL.toNanos());
	}

}
