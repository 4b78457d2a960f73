package io.fanfare.rooms;

import java.net.URI;
import java.net.URISyntaxException;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchRule;
import reactor.core.publisher.Sinks;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

/// What a room may know beyond the rooms it may use.
///
/// Each rule takes the base package, so that a control can break it in another one.
final class RoomRules {

	private final String base;

	RoomRules(String base) {
		this.base = base;
	}

	ArchRule onlyLogReceiverKnowsReactorKafka() {
		return noClasses().that(not(simpleName("LogReceiver")))
			.should()
			.dependOnClassesThat()
			.resideInAPackage("reactor.kafka..");
	}

	ArchRule onlyIngestKnowsKafka() {
		return noClasses().that(not(resideInAPackage(this.base + ".ingest..")))
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.apache.kafka..", "org.springframework.kafka..");
	}

	ArchRule onlySocketKnowsWebSocketsAndNetty() {
		return noClasses().that(not(resideInAPackage(this.base + ".socket..")))
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.springframework.web.reactive..", "io.netty..", "reactor.netty..");
	}

	ArchRule onlyAuthKnowsTokens() {
		return noClasses().that(not(resideInAPackage(this.base + ".auth..")))
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("com.nimbusds..", "org.springframework.security.oauth2..");
	}

	ArchRule notificationKnowsNoFramework() {
		return classes().that()
			.resideInAPackage(this.base + ".notification..")
			.should()
			.onlyDependOnClassesThat()
			.resideInAnyPackage(this.base + ".notification..", "java..", "org.jspecify..",
					"org.springframework.modulith..");
	}

	ArchRule wireDoesNoIo() {
		return noClasses().that()
			.resideInAPackage(this.base + ".wire..")
			.should()
			.dependOnClassesThat(resideInAnyPackage("java.net..", "java.nio.channels..", "java.nio.file..", "reactor..",
					"io.netty..", "org.apache.kafka..", "org.springframework.web..")
				.and(not(belongToAnyOf(URI.class, URISyntaxException.class))));
	}

	ArchRule nobodyFansOutThroughASink() {
		return noClasses().should().dependOnClassesThat(belongToAnyOf(Sinks.class));
	}

	static boolean holds(ArchRule rule, JavaClasses classes) {
		return !rule.allowEmptyShould(true).evaluate(classes).hasViolation();
	}

}
