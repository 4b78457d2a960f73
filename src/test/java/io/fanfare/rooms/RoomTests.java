package io.fanfare.rooms;

import java.util.function.Function;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.fanfare.FanfareApplication;
import io.fanfare.rooms.broken.BrokenApplication;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.modulith.core.ApplicationModule;
import org.springframework.modulith.core.ApplicationModules;
import org.springframework.modulith.core.Violations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/// The rooms use what they may use and nothing else, and every rule can fail.
class RoomTests {

	private static final JavaClasses MAIN = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.importPackages("io.fanfare");

	private static final JavaClasses BROKEN = new ClassFileImporter()
		.importPackages(BrokenApplication.class.getPackageName());

	@Test
	void everyRoomUsesOnlyTheRoomsItDeclares() {
		ApplicationModules.of(FanfareApplication.class).verify();
	}

	@Test
	void theRoomsAreThoseOfTheArchitecture() {
		assertThat(ApplicationModules.of(FanfareApplication.class).stream().map(ApplicationModule::getIdentifier))
			.extracting(Object::toString)
			.containsExactlyInAnyOrder("notification", "wire", "journal", "session", "routing", "ingest", "auth",
					"socket", "drain", "telemetry");
	}

	@Test
	void aRoomThatUsesAnUndeclaredOneIsFound() {
		ApplicationModules modules = ApplicationModules.of(BrokenApplication.class,
				new ImportOption.OnlyIncludeTests());

		assertThatExceptionOfType(Violations.class).isThrownBy(modules::verify)
			.withMessageContaining("notification")
			.withMessageContaining("socket");
	}

	@ParameterizedTest
	@MethodSource("rules")
	void theRuleHolds(Function<RoomRules, ArchRule> rule) {
		assertThat(RoomRules.holds(rule.apply(new RoomRules("io.fanfare")), MAIN)).isTrue();
	}

	@ParameterizedTest
	@MethodSource("rules")
	void theRuleCanFail(Function<RoomRules, ArchRule> rule) {
		RoomRules rules = new RoomRules(BrokenApplication.class.getPackageName());

		assertThat(RoomRules.holds(rule.apply(rules), BROKEN)).isFalse();
	}

	static Stream<Named<Function<RoomRules, ArchRule>>> rules() {
		return Stream.of(Named.of("only LogReceiver knows reactor-kafka", RoomRules::onlyLogReceiverKnowsReactorKafka),
				Named.of("only ingest knows Kafka", RoomRules::onlyIngestKnowsKafka),
				Named.of("only socket knows WebSockets and Netty", RoomRules::onlySocketKnowsWebSocketsAndNetty),
				Named.of("only auth knows tokens", RoomRules::onlyAuthKnowsTokens),
				Named.of("notification knows no framework", RoomRules::notificationKnowsNoFramework),
				Named.of("wire does no I/O", RoomRules::wireDoesNoIo),
				Named.of("nobody fans out through a sink", RoomRules::nobodyFansOutThroughASink));
	}

}
