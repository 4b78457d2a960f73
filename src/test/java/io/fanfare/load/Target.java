package io.fanfare.load;

import io.fanfare.dev.LocalIssuer;

/// The gateway that is measured and what it is connected to.
///
/// @param pid its process
/// @param port where it takes upgrades, on loopback
/// @param issuer whose tokens it believes
/// @param bootstrapServers the broker it reads from
/// @param userTopic the topic whose keys are users
/// @param everyoneTopic the topic whose records go to every session
record Target(long pid, int port, LocalIssuer issuer, String bootstrapServers, String userTopic, String everyoneTopic) {

	static final String PATH = "/v1/notifications";

}
