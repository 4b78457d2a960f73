package io.fanfare.load;

import io.netty.buffer.ByteBuf;

/// Counts how often some bytes come in a stream, however it is cut. Their first byte occurs in
/// them once.
final class MarkCounter {

	private final byte[] mark;

	private int matched;

	MarkCounter(byte[] mark) {
		this.mark = mark;
	}

	/// Reads all.
	/// @return how often the bytes ended in it
	int read(ByteBuf in) {
		int count = 0;
		while (in.isReadable()) {
			byte next = in.readByte();
			this.matched = (next == this.mark[this.matched]) ? this.matched + 1 : (next == this.mark[0]) ? 1 : 0;
			if (this.matched == this.mark.length) {
				count++;
				this.matched = 0;
			}
		}
		return count;
	}

}
