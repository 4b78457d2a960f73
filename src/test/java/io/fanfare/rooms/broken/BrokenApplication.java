package io.fanfare.rooms.broken;

import org.springframework.modulith.Modulithic;

/// Root of the broken rooms.
@Modulithic
public final class BrokenApplication {

	private BrokenApplication() {
	}

}
