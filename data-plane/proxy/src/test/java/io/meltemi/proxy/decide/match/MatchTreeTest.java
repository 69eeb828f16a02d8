package io.meltemi.proxy.decide.match;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.proxy.decide.match.MatchTree.End;
import io.meltemi.proxy.decide.match.MatchTree.Nowhere;
import io.meltemi.proxy.decide.match.MatchTree.Range;
import io.meltemi.proxy.decide.match.MatchTree.Ranges;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class MatchTreeTest {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();
    private static final MatchTree<String, String> NOWHERE = new Nowhere<>();

    private static MatchTree<String, String> to(String result) {
        return new End<>(result);
    }

    private static Ranges<String, String> ranges(List<Range<String, String>> narrowestFirst) {
        return new Ranges<>(facts -> facts.isEmpty() ? null : HERE, narrowestFirst, to("else"));
    }

    private static Range<String, String> range(
            boolean holds, boolean exclusive, MatchTree<String, String> then) {
        return new Range<>(address -> holds, exclusive, then);
    }

    @Test
    void aNarrowRangeThatLeadsNowhereLeavesItToAWiderOne() {
        var tree = ranges(List.of(range(true, false, NOWHERE), range(true, false, to("wide"))));

        assertThat(tree.find("connection")).isEqualTo("wide");
    }

    @Test
    void anExclusiveRangeStandsBackFromANarrowerOne() {
        var tree = ranges(List.of(range(true, false, NOWHERE), range(true, true, to("wide"))));

        assertThat(tree.find("connection")).isEqualTo("else");
    }

    @Test
    void anExclusiveRangeCountsWhereNoNarrowerOneHoldsTheAddress() {
        var tree = ranges(List.of(range(false, false, NOWHERE), range(true, true, to("wide"))));

        assertThat(tree.find("connection")).isEqualTo("wide");
    }

    @Test
    void withoutAnAddressNoRangeHolds() {
        assertThat(ranges(List.of(range(true, false, to("wide")))).find("")).isEqualTo("else");
    }

    @Test
    void everyResultIsKnown() {
        MatchTree<String, String> exact =
                new MatchTree.Exact<>(facts -> facts, Map.of("a", to("by a")), to("otherwise"));
        var tree = ranges(List.of(range(true, false, exact), range(true, true, NOWHERE)));

        assertThat(MatchTree.all(tree)).containsExactlyInAnyOrder("by a", "otherwise", "else");
    }
}
