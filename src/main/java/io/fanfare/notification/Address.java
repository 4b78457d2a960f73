package io.fanfare.notification;

/// Whom a record can name and a token can be: a claim and one of its values.
///
/// Two addresses are the same when claim and value are the same characters; nothing is
/// normalised.
///
/// @param claim name of the JWT claim, such as `sub`
/// @param value one string value of that claim
public record Address(String claim, String value) {

	/// The claim name that stands for every session.
	public static final String EVERYONE_CLAIM = "everyone";

	/// The address that every session has where a topic is addressed to everyone.
	public static final Address EVERYONE = new Address(EVERYONE_CLAIM, "");

}
