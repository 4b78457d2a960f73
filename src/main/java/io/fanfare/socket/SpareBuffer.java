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

	/// For a write of one frame.
	static final SpareBuffer ONE_FRAME = new SpareBuffer(2 * 1024);

	/// For a write of several frames.
	static final SpareBuffer FRAMES = new SpareBuffer(8 * 1024);

	private final int size;

	private final FastThreadLocal<@Nullable ByteBuf> ofThread = new FastThreadLocal<>() {

		@Override
		protected void onRemoval(@Nullable ByteBuf spare) {
			if (spare != null) {
				spare.release();
			}
		}

	};

	/// @param size bytes of the buffer, which is what the first write that has to wait
	/// for the kernel holds, however small
	private SpareBuffer(int size) {
		this.size = size;
	}

	int size() {
		return this.size;
	}

	/// Returns an empty buffer, which the caller has to release as one of the allocator.
	/// @param expected how many bytes are expected; for more than there are a buffer of
	/// their own is made
	ByteBuf take(ByteBufAllocator allocator, int expected) {
		return (expected <= this.size) ? take(allocator) : allocator.directBuffer(expected);
	}

	private ByteBuf take(ByteBufAllocator allocator) {
		ByteBuf spare = this.ofThread.get();
		if (spare != null && spare.refCnt() == 1 && spare.capacity() <= this.size) {
			return spare.clear().retain();
		}
		// Whoever still has it keeps it, and one that has grown is let go.
		this.ofThread.remove();
		ByteBuf made = allocator.directBuffer(this.size);
		this.ofThread.set(made);
		return made.retain();
	}

}
