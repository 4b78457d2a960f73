package io.fanfare.socket;

import java.time.Duration;

import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import org.hibernate.validator.constraints.time.DurationMin;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/// The WebSocket endpoint and what it grants a client.
///
/// @param path path of the endpoint
/// @param heartbeatInterval time between two heartbeats of a session, give or take a tenth
/// @param pongTimeout time from a ping's flush until the client must have shown life
/// @param stallTimeout time without any write progress after which a client is cut off
/// @param closeTimeout time a client has to answer a close frame
/// @param tokenNotice time before a token expires at which its client is told
/// @param maxInboundFrame bytes of one message from a client at most
/// @param maxUpgradesPerSecond upgrades this replica looks at in a second, and in one burst;
/// zero for no limit
/// @param maxUpgradesPerAddress upgrades of one peer address this replica looks at in a second,
/// and in one burst; zero for no limit
/// @param maxWaitingUpgrades upgrades with a judged token that wait for one event loop at most
@Validated
@ConfigurationProperties("fanfare.socket")
public record SocketProperties(@DefaultValue("/v1/notifications") @Pattern(regexp = "/.*") String path,
		@DefaultValue("25s") @DurationMin(millis = 1) Duration heartbeatInterval,
		@DefaultValue("10s") @DurationMin(millis = 1) Duration pongTimeout,
		@DefaultValue("60s") @DurationMin(millis = 1) Duration stallTimeout, @DefaultValue("3s") Duration closeTimeout,
		@DefaultValue("60s") Duration tokenNotice, @DefaultValue("16KB") DataSize maxInboundFrame,
		@DefaultValue("5000") @Min(0) int maxUpgradesPerSecond, @DefaultValue("0") @Min(0) int maxUpgradesPerAddress,
		@DefaultValue("2000") @Min(1) int maxWaitingUpgrades) {
}
