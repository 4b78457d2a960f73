package io.fanfare.socket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.concurrent.FastThreadLocal;
import org.jspecify.annotations.Nullable;

/// A buffer of each event loop for what is written at once: it is used again when that has left,
/// as it nearly always has when the next one is wanted, so that most writes make none.
///
/// Whoever takes it releases it exactly once: a second release would be somebody else's.
final class SpareBuffer {

	/// Bytes of a buffer, which is what the first write that has to wait for the kernel
	/// holds, however small; whoever wants more gets one of their own.
	static final int SIZE = 2 * 1024;

	private static final FastThreadLocal<SpareBuffer> OF_THREAD = new FastThreadLocal<>() {

		@Override
		protected SpareBuffer initialValue() {
			return new SpareBuffer();
		}

		@Override
		protected void onRemoval(SpareBuffer spare) {
			spare.leave();
		}

	};

	private @Nullable ByteBuf buffer;

	private SpareBuffer() {
	}

	/// Returns an empty buffer, which the caller has to release as one of the allocator.
	/// @param size how many bytes are expected
	static ByteBuf take(ByteBufAllocator allocator, int size) {
		return (size <= SIZE) ? OF_THREAD.get().take(allocator) : allocator.directBuffer(size);
	}

	private ByteBuf take(ByteBufAllocator allocator) {
		ByteBuf spare = this.buffer;
		if (spare != null && spare.refCnt() == 1 && spare.capacity() <= SIZE) {
			return spare.clear().retain();
		}
		// Whoever still has it keeps it, and one that has grown is let go.
		leave();
		ByteBuf made = allocator.directBuffer(SIZE);
		this.buffer = made;
		return made.retain();
	}

	private void leave() {
		ByteBuf spare = this.buffer;
		this.buffer = null;
		if (spare != null) {
			spare.release();
		}
	}

}
