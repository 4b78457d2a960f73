package io.fanfare.socket;

import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.concurrent.DefaultEventExecutor;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SpareBufferTests {

	private static final ByteBufAllocator ALLOCATOR = PooledByteBufAllocator.DEFAULT;

	private static final SpareBuffer SPARE = SpareBuffer.ONE_FRAME;

	@Test
	void isUsedAgainWhenItHasLeft() {
		ByteBuf first = SPARE.take(ALLOCATOR, 10).writeByte(1);
		first.release();

		ByteBuf second = SPARE.take(ALLOCATOR, SPARE.size());

		assertThat(second).isSameAs(first);
		assertThat(second.readableBytes()).isZero();
		second.release();
	}

	@Test
	void isLeftToWhoStillHasIt() {
		ByteBuf held = SPARE.take(ALLOCATOR, 10).writeByte(1);

		ByteBuf other = SPARE.take(ALLOCATOR, 10).writeByte(2);

		assertThat(other).isNotSameAs(held);
		assertThat(held.readByte()).isEqualTo((byte) 1);
		assertThat(held.release()).isTrue();
		other.release();
	}

	@Test
	void isOnlyOfItsSize() {
		ByteBuf large = SPARE.take(ALLOCATOR, SPARE.size() + 1);

		assertThat(large.capacity()).isGreaterThan(SPARE.size());
		assertThat(large.release()).isTrue();
	}

	@Test
	void isLetGoWhenItHasGrown() {
		ByteBuf grown = SPARE.take(ALLOCATOR, 10).writeZero(SPARE.size() + 1);
		grown.release();

		ByteBuf next = SPARE.take(ALLOCATOR, 10);

		assertThat(next.capacity()).isLessThanOrEqualTo(SPARE.size());
		assertThat(grown.refCnt()).isZero();
		next.release();
	}

	@Test
	void endsWithItsThread() throws Exception {
		DefaultEventExecutor thread = new DefaultEventExecutor();
		ByteBuf taken = thread.submit(() -> SPARE.take(ALLOCATOR, 10)).get();
		assertThat(taken.refCnt()).isEqualTo(2);

		thread.shutdownGracefully(0, 0, TimeUnit.SECONDS).get();

		assertThat(taken.release()).isTrue();
	}

}
