package io.fanfare.auth;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class AddressesTests {

	@ParameterizedTest
	@ValueSource(strings = { "a", "\u00e9", "\ud83d\ude00", "a\ud83d\ude00b", "\u0000" })
	void takesWellFormedText(String text) {
		assertThat(Addresses.isWellFormed(text)).isTrue();
	}

	@ParameterizedTest
	@CsvSource({ "d83d,", "de00,", "d83d,0061", "de00,d83d", "d83d,d83d", "0061,d83d" })
	void refusesHalfAPair(String first, String second) {
		StringBuilder text = new StringBuilder();
		for (String unit : (second != null) ? List.of(first, second) : List.of(first)) {
			text.append((char) Integer.parseInt(unit, 16));
		}

		assertThat(Addresses.isWellFormed(text.toString())).isFalse();
	}

	@Test
	void takesTheEmptyText() {
		assertThat(Addresses.isWellFormed("")).isTrue();
	}

}
