package io.meltemi.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.base.time.testing.FakeTicker;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class OnDemandNamesTest {
    private static final long SECOND = OnDemandNames.MOST_WAIT_NANOS;

    private final FakeTicker ticker = new FakeTicker();

    /// Its loop stands for the configuration thread; time passes when the test says so.
    private final EmbeddedChannel thread = new EmbeddedChannel();

    private final List<String> asked = new ArrayList<>();
    private final List<String> woken = new ArrayList<>();
    private final OnDemandNames names;

    OnDemandNamesTest() {
        thread.freezeTime();
        names =
                new OnDemandNames(
                        new OnDemandNames.Wire() {
                            @Override
                            public void subscribe(String name) {
                                asked.add("+" + name);
                            }

                            @Override
                            public void unsubscribe(String name) {
                                asked.add("-" + name);
                            }
                        },
                        thread.eventLoop(),
                        ticker);
    }

    @AfterEach
    void end() {
        thread.finishAndReleaseAll();
    }

    @Test
    void allWhoWaitForANameAreWokenByItsAnswerAndItIsAskedForOnce() {
        assertThat(ask("a")).isTrue();
        assertThat(ask("a")).isTrue();
        assertThat(ask("b")).isTrue();

        names.came("a", new OnDemandNames.Use());

        assertThat(woken).containsExactly("a", "a");
        assertThat(asked).containsExactly("+a", "+b");
        assertThat(ask("a")).isTrue();
        assertThat(woken).as("nothing to wait for").containsExactly("a", "a", "a");
        assertThat(asked).hasSize(2);
    }

    @Test
    void whoGetsNoAnswerGoesOnAfterASecond() {
        ask("a");

        pass(Duration.ofMillis(999));
        assertThat(woken).isEmpty();
        pass(Duration.ofMillis(1));
        assertThat(woken).containsExactly("a");

        ask("a");
        pass(Duration.ofMillis(999));
        assertThat(woken).hasSize(1);
        pass(Duration.ofMillis(1));
        assertThat(woken).hasSize(2);
        assertThat(asked).containsExactly("+a");
    }

    @Test
    void eachWaitsForItsOwnTime() {
        ask("a");
        pass(Duration.ofMillis(600));
        ask("a");
        assertThat(names.ask("a", 5 * SECOND, Runnable::run, () -> woken.add("slow"))).isTrue();
        thread.runPendingTasks();

        pass(Duration.ofMillis(400));
        assertThat(woken).containsExactly("a");
        pass(Duration.ofMillis(600));
        assertThat(woken).containsExactly("a", "a");
        pass(Duration.ofMillis(4_400));
        assertThat(woken).containsExactly("a", "a", "slow");
        names.came("a", new OnDemandNames.Use());
        assertThat(woken).hasSize(3);
    }

    @Test
    void whatIsNotThereIsAskedForAgainAfterFiveSeconds() {
        ask("a");

        names.isAbsent("a");

        assertThat(woken).containsExactly("a");
        assertThat(asked).containsExactly("+a", "-a");
        pass(Duration.ofMillis(4_999));
        assertThat(ask("a")).isFalse();
        pass(Duration.ofMillis(1));
        assertThat(ask("a")).isTrue();
        assertThat(asked).containsExactly("+a", "-a", "+a");
    }

    @Test
    void whatComesUnaskedAfterItWasAbsentIsNoLongerAbsent() {
        ask("a");
        names.isAbsent("a");

        names.came("a", new OnDemandNames.Use());

        assertThat(ask("a")).isTrue();
    }

    @Test
    void anAnswerThatIsRefusedEndsTheWait() {
        ask("a");

        names.isRefused("a");

        assertThat(woken).containsExactly("a");
        assertThat(names.isHeld("a")).isTrue();
    }

    @Test
    void noMoreThanAThousandWait() {
        for (int i = 0; i < OnDemandNames.MOST_WAITING; i++) {
            assertThat(ask("n" + i)).isTrue();
        }

        assertThat(ask("more")).isFalse();
        names.came("n7", new OnDemandNames.Use());
        assertThat(ask("more")).isTrue();
        assertThat(ask("most")).isFalse();
    }

    @Test
    void theNameUnusedForLongestMakesRoomForAnother() {
        for (int i = 0; i < OnDemandNames.MOST_HELD; i++) {
            ask("n" + i);
            names.came("n" + i, new OnDemandNames.Use());
            ticker.advance(Duration.ofNanos(1));
        }
        ask("n0");
        asked.clear();

        ask("more");

        assertThat(asked).containsExactly("-n1", "+more");
    }

    @Test
    void whatNobodyUsesForTenMinutesIsAskedForNoLonger() {
        OnDemandNames.Use use = new OnDemandNames.Use();
        ask("used");
        names.came("used", use);
        ask("idle");
        names.came("idle", new OnDemandNames.Use());
        ask("silent");
        asked.clear();

        pass(Duration.ofMinutes(9));
        use.at(ticker.nanos());
        assertThat(asked).isEmpty();
        pass(Duration.ofMinutes(2));
        assertThat(asked).containsExactly("-idle", "-silent");

        pass(Duration.ofMinutes(10));
        assertThat(asked).containsExactly("-idle", "-silent", "-used");
    }

    @Test
    void whoWaitsIsWokenWhenTheNameIsForgotten() {
        ask("a");
        ask("b");

        names.forget("a"::equals);

        assertThat(woken).containsExactly("a");
        assertThat(asked).containsExactly("+a", "+b", "-a");
    }

    private boolean ask(String name) {
        boolean waits = names.ask(name, SECOND, Runnable::run, () -> woken.add(name));
        thread.runPendingTasks();
        return waits;
    }

    private void pass(Duration time) {
        for (long left = time.toMillis(); left > 0; left -= 60_000) {
            long step = Math.min(left, 60_000);
            ticker.advance(Duration.ofMillis(step));
            thread.advanceTimeBy(step, TimeUnit.MILLISECONDS);
            thread.runScheduledPendingTasks();
        }
    }
}
