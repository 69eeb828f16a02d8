package io.meltemi.proxy.listener;

import io.meltemi.proxy.listener.ChainMatch.SourceType;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/// Picks the filter chain of a connection. Immutable.
///
/// Envoy compares one property after the other, in this order, and goes on with the chains that are
/// most specific in it; it never comes back to less specific ones, even when nothing is left.
public final class ChainPicker {
    /// A criterion that excludes the chain.
    private static final int NO = -1;

    /// No criterion: fits everything, and is the least specific.
    private static final int ANY = 0;

    private ChainPicker() {}

    /// The chain, or null when none is for this connection.
    public static @Nullable FilterChain pick(List<FilterChain> chains, ConnectionFacts facts) {
        InetAddress to = facts.destination().getAddress();
        InetAddress from = facts.source().getAddress();
        InetAddress direct = facts.directSource().getAddress();
        List<FilterChain> left =
                best(chains, c -> port(c.match().destinationPort(), facts.destination().getPort()));
        left = best(left, c -> longest(c.match().prefixRanges(), to));
        left = best(left, c -> name(c.match().serverNames(), facts.serverName()));
        left = best(left, c -> text(c.match().transportProtocol(), facts.transportProtocol()));
        left = best(left, c -> alpn(c.match().applicationProtocols(), facts));
        left = best(left, c -> longest(c.match().directSourceRanges(), direct));
        left = best(left, c -> source(c.match().sourceType(), facts.isFromHere()));
        left = best(left, c -> longest(c.match().sourceRanges(), from));
        left = best(left, c -> ports(c.match().sourcePorts(), facts.source().getPort()));
        return left.isEmpty() ? null : left.getFirst();
    }

    private static List<FilterChain> best(
            List<FilterChain> chains, ToIntFunction<FilterChain> specificity) {
        int most = NO;
        List<FilterChain> found = new ArrayList<>();
        for (FilterChain chain : chains) {
            int its = specificity.applyAsInt(chain);
            if (its > most) {
                most = its;
                found.clear();
            }
            if (its == most && its != NO) {
                found.add(chain);
            }
        }
        return found;
    }

    private static int port(int wanted, int port) {
        return wanted == 0 ? ANY : wanted == port ? 1 : NO;
    }

    private static int ports(List<Integer> wanted, int port) {
        return wanted.isEmpty() ? ANY : wanted.contains(port) ? 1 : NO;
    }

    private static int longest(List<CidrRange> ranges, @Nullable InetAddress address) {
        if (ranges.isEmpty()) {
            return ANY;
        }
        int longest = NO;
        for (CidrRange range : ranges) {
            if (address != null && range.contains(address)) {
                longest = Math.max(longest, range.bits() + 1);
            }
        }
        return longest;
    }

    private static int name(List<String> names, String name) {
        if (names.isEmpty()) {
            return ANY;
        }
        int best = NO;
        for (String wanted : names) {
            if (wanted.equals(name)) {
                return Integer.MAX_VALUE;
            }
            boolean suffix =
                    wanted.startsWith("*.")
                            && name.length() > wanted.length() - 1
                            && name.endsWith(wanted.substring(1));
            if (suffix) {
                best = Math.max(best, wanted.length());
            }
        }
        return best;
    }

    private static int text(String wanted, String is) {
        return wanted.isEmpty() ? ANY : wanted.equals(is) ? 1 : NO;
    }

    /// The client's first choice that any chain has wins.
    private static int alpn(List<String> wanted, ConnectionFacts facts) {
        if (wanted.isEmpty()) {
            return ANY;
        }
        List<String> offered = facts.applicationProtocols();
        for (int i = 0; i < offered.size(); i++) {
            if (wanted.contains(offered.get(i))) {
                return Integer.MAX_VALUE - i;
            }
        }
        return NO;
    }

    private static int source(SourceType wanted, boolean local) {
        return switch (wanted) {
            case ANY -> ANY;
            case SAME_IP_OR_LOOPBACK -> local ? 1 : NO;
            case EXTERNAL -> local ? NO : 1;
        };
    }
}
