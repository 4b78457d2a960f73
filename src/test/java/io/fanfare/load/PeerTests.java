package io.fanfare.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class PeerTests {

	@TempDir
	private Path folder;

	@Test
	void saysWhatIsNotInstalledAndWhichPackageHasIt() {
		Programs none = new Programs(this.folder.toString());

		assertThatExceptionOfType(LoadException.class)
			.isThrownBy(() -> LoadTool.requirePeers(List.of("nats", "nchan", "ws"), none))
			.withMessage("nats needs nats-server on the PATH (Debian package nats-server); "
					+ "nchan needs nginx on the PATH, with ngx_nchan_module.so among its modules "
					+ "(Debian packages nginx-light and libnginx-mod-nchan); "
					+ "ws needs node on the PATH (Debian package nodejs)");
	}

	@Test
	void findsNoModuleInAnNginxWithoutIt() throws IOException {
		Path nginx = Files.writeString(this.folder.resolve("nginx"),
				"#!/bin/sh\necho 'configure arguments: --modules-path=%s' >&2\n".formatted(this.folder));
		assertThat(nginx.toFile().setExecutable(true)).isTrue();
		Programs programs = new Programs(this.folder.toString());

		assertThat(new NchanPeer(1).missing(programs)).isPresent();

		Files.createFile(this.folder.resolve("ngx_nchan_module.so"));

		assertThat(new NchanPeer(1).missing(programs)).isEmpty();
	}

	@Test
	void countsAMarkHoweverTheStreamIsCut() {
		MarkCounter counter = new MarkCounter("{ab".getBytes(StandardCharsets.US_ASCII));

		assertThat(read(counter, "{{ab{a")).isEqualTo(1);
		assertThat(read(counter, "b{a{ab")).isEqualTo(2);
	}

	private static int read(MarkCounter counter, String text) {
		return counter.read(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
	}

}
