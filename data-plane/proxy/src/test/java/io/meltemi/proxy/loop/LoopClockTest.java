package io.meltemi.proxy.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.base.time.Ticker;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

final class LoopClockTest {
    @Test
    void timeStandsStillWithinATurnAndGoesOnInTheNext() throws Exception {
        try (var loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory())) {
            EventLoop loop = loops.next();
            LoopClock clock = new LoopClock(loop, Ticker.SYSTEM);

            long[] turn =
                    loop.submit(
                                    () -> {
                                        long first = clock.nanos();
                                        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
                                        return new long[] {first, clock.nanos()};
                                    })
                            .get();
            long next = loop.submit(clock::nanos).get();

            assertThat(turn[1]).isEqualTo(turn[0]);
            assertThat(next - turn[0]).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(2));
        }
    }

    @Test
    void elsewhereAndOverAnotherTickerEachReadingIsAnew() throws Exception {
        AtomicLong time = new AtomicLong();
        try (var loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory())) {
            LoopClock moved = new LoopClock(loops.next(), time::incrementAndGet);

            assertThat(moved.nanos()).isEqualTo(1);
            assertThat(loops.next().submit(() -> moved.nanos() + moved.nanos()).get()).isEqualTo(5);
        }
    }
}
