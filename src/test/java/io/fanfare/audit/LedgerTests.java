package io.fanfare.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import io.fanfare.wire.Cursor;
import io.fanfare.wire.CursorWriter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/// Alice, of the group staff, in partition 2 of a topic; Bob's are there, too.
class LedgerTests {

	private static final AuditTopic TOPIC = AuditTopic.MURMUR2;

	private static final int PARTITION = 2;

	private final Publications publications = new Publications(10);

	@TempDir
	private Path folder;

	private AuditLog log;

	private Findings findings;

	private Ledger ledger;

	@BeforeEach
	void begin() throws IOException {
		this.log = new AuditLog(this.folder.resolve("log"));
		this.findings = new Findings(this.log);
		this.ledger = new Ledger(new Tab("alice/1", "alice", List.of("staff"), false, 0),
				new Audit(this.publications, this.findings, new Tally(), this.log));
		connect(false);
	}

	@AfterEach
	void end() {
		this.log.close();
	}

	@Test
	void whoHasEverythingHasLostNothing() {
		publish(0, "alice");
		publish(1, "bob");
		publish(2, "alice");

		receive(0, "alice");
		receive(2, "alice");

		assertThat(judged()).isEmpty();
	}

	@Test
	void findsWhatNeverCame() {
		publish(0, "alice");
		publish(1, "alice");

		receive(0, "alice");

		assertThat(judged()).containsExactly(Violation.Kind.LOST);
	}

	@Test
	void countsOnFromTheFirstReady() {
		publish(0, "alice");
		Ledger late = new Ledger(new Tab("alice/2", "alice", List.of(), false, 0),
				new Audit(this.publications, this.findings, new Tally(), this.log));
		late.connecting(false);
		late.ready();
		publish(1, "alice");

		assertThat(late.missing(this.publications.byRecipient())).extracting(Publications.Place::number)
			.containsExactly(1);
	}

	@Test
	void takesWhatComesInAnyConnection() {
		publish(0, "alice");
		publish(1, "alice");

		receive(0, "alice");
		connect(true);
		receive(0, "alice");
		receive(1, "alice");

		assertThat(judged()).isEmpty();
	}

	@Test
	void leavesOutWhatAGapTold() {
		publish(0, "alice");
		publish(1, "alice");
		publish(2, "alice");

		this.ledger.gap("window", TOPIC.topic(), PARTITION, 0, 2);
		receive(2, "alice");

		assertThat(judged()).isEmpty();
		assertThat(this.ledger.told(this.publications.byRecipient())).isEqualTo(2);
	}

	@Test
	void findsWhatIsBesideTheGap() {
		publish(0, "alice");
		publish(1, "alice");

		this.ledger.gap("window", TOPIC.topic(), PARTITION, 0, 1);

		assertThat(judged()).containsExactly(Violation.Kind.LOST);
	}

	@Test
	void findsAGapBeyondTheEnd() {
		publish(0, "alice");

		this.ledger.gap("window", TOPIC.topic(), PARTITION, 0, 2);

		assertThat(judged()).containsExactly(Violation.Kind.FALSE_GAP);
	}

	@Test
	void findsAGapOfATopicMadeAnewThatWasNot() {
		this.ledger.gap("reset", TOPIC.topic(), PARTITION, 0, 0);

		assertThat(judged()).containsExactly(Violation.Kind.FALSE_GAP);
	}

	@Test
	void findsAGapToldTooLate() {
		publish(0, "alice");
		publish(1, "alice");

		receive(1, "alice");
		this.ledger.gap("window", TOPIC.topic(), PARTITION, 0, 1);

		assertThat(judged()).containsExactly(Violation.Kind.REORDERED);
	}

	@Test
	void findsWhatComesTwiceInOneConnection() {
		publish(0, "alice");

		receive(0, "alice");
		receive(0, "alice");

		assertThat(judged()).containsExactly(Violation.Kind.DUPLICATE);
	}

	@Test
	void findsWhatComesAfterALaterOne() {
		publish(0, "alice");
		publish(1, "alice");

		receive(1, "alice");
		receive(0, "alice");

		assertThat(judged()).containsExactly(Violation.Kind.REORDERED);
	}

	@Test
	void findsWhatTheCursorWasBeyond() {
		publish(0, "alice");
		receive(0, "alice");
		this.ledger.cursor(cursor(1));

		connect(true);
		receive(0, "alice");

		assertThat(judged()).containsExactly(Violation.Kind.REPEATED);
	}

	@Test
	void findsACursorThatGoesBack() {
		this.ledger.cursor(cursor(1));
		this.ledger.cursor(cursor(0));

		assertThat(judged()).containsExactly(Violation.Kind.CURSOR_WENT_BACK);
	}

	@Test
	void findsWhatIsForSomebodyElse() {
		publish(0, "bob");

		receive(0, "bob");

		assertThat(judged()).containsExactly(Violation.Kind.FOREIGN);
	}

	@Test
	void findsWhatWasNotPublished() {
		receive(0, "alice");

		assertThat(judged()).containsExactly(Violation.Kind.ALTERED);
	}

	@Test
	void findsAnotherContentThanWasPublishedThere() {
		publish(0, "alice");
		publish(1, "alice");

		this.ledger.notification("/kafka/" + TOPIC.topic(), "a-b-2-0", 1, "alice");
		receive(1, "alice");

		assertThat(judged()).containsExactlyInAnyOrder(Violation.Kind.ALTERED);
	}

	@Test
	void takesWhatComesBeforeTheBrokersAnswer() {
		Message message = message(0, "alice");
		this.publications.sending(message);
		receive(0, "alice");
		this.publications.stored(message, PARTITION, 0);

		assertThat(judged()).isEmpty();
	}

	private List<Violation.Kind> judged() {
		this.ledger.judge(this.publications.byRecipient());
		return this.findings.kept().stream().map(Violation::kind).toList();
	}

	private void connect(boolean withCursor) {
		this.ledger.connecting(withCursor);
		this.ledger.ready();
	}

	/// Publishes a notification whose offset is its number.
	private void publish(int number, String to) {
		Message message = message(number, to);
		this.publications.sending(message);
		this.publications.stored(message, PARTITION, number);
	}

	private void receive(int number, String to) {
		this.ledger.notification("/kafka/" + TOPIC.topic(), "a-b-" + PARTITION + "-" + number, number, to);
	}

	private static Message message(int number, String to) {
		return new Message(number, TOPIC, to, to, "");
	}

	private static String cursor(long next) {
		return new CursorWriter().begin(0, 0, 1)
			.topic(Cursor.hash(TOPIC.topic()), 0, TOPIC.partitions(), 1)
			.lane(PARTITION, next, -1)
			.toBase64() + "." + Cursor.addressPart(List.of());
	}

}
