package io.meltemi.proxy.decide.rbac;

import io.meltemi.proxy.decide.RequestFacts;
import io.meltemi.proxy.decide.match.HeaderMatch;
import io.meltemi.proxy.decide.match.MetadataMatch;
import io.meltemi.proxy.decide.match.PathMatch;
import io.meltemi.proxy.decide.match.StringMatch;
import io.meltemi.proxy.decide.route.Route;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A permission or a principal of Envoy's RBAC, compiled. Immutable.
public sealed interface RbacCondition {
    boolean holds(RequestFacts facts);

    /// How many conditions it consists of.
    default int size() {
        return switch (this) {
            case And(List<RbacCondition> all) -> sum(all);
            case Or(List<RbacCondition> any) -> sum(any);
            case Not(RbacCondition condition) -> condition.size();
            default -> 1;
        };
    }

    private static int sum(List<RbacCondition> conditions) {
        return conditions.stream().mapToInt(RbacCondition::size).sum();
    }

    record Any() implements RbacCondition {
        @Override
        public boolean holds(RequestFacts facts) {
            return true;
        }
    }

    record And(List<RbacCondition> all) implements RbacCondition {
        public And {
            all = List.copyOf(all);
        }

        @Override
        public boolean holds(RequestFacts facts) {
            for (int i = 0; i < all.size(); i++) {
                if (!all.get(i).holds(facts)) {
                    return false;
                }
            }
            return true;
        }
    }

    record Or(List<RbacCondition> any) implements RbacCondition {
        public Or {
            any = List.copyOf(any);
        }

        @Override
        public boolean holds(RequestFacts facts) {
            for (int i = 0; i < any.size(); i++) {
                if (any.get(i).holds(facts)) {
                    return true;
                }
            }
            return false;
        }
    }

    record Not(RbacCondition condition) implements RbacCondition {
        @Override
        public boolean holds(RequestFacts facts) {
            return !condition.holds(facts);
        }
    }

    record Header(HeaderMatch match) implements RbacCondition {
        @Override
        public boolean holds(RequestFacts facts) {
            return match.matches(facts.requestHeaders());
        }
    }

    /// The path without its query.
    record UrlPath(StringMatch match) implements RbacCondition {
        @Override
        public boolean holds(RequestFacts facts) {
            String path = facts.plainPath();
            return path != null && match.matches(path);
        }
    }

    /// The same, held against a template.
    record PathTemplate(PathMatch.Template template) implements RbacCondition {
        @Override
        public boolean holds(RequestFacts facts) {
            String path = facts.requestHeaders().get(":path");
            return path != null && template.matches(path, PathMatch.end(path));
        }
    }

    record DestinationIp(CidrRange range) implements RbacCondition {
        @Override
        public boolean holds(RequestFacts facts) {
            return contains(range, facts.downstreamLocalAddress());
        }
    }

    /// A port in `[first, end)`.
    record DestinationPort(int first, int end) implements RbacCondition {
        @Override
        public boolean holds(RequestFacts facts) {
            int port = facts.downstreamLocalAddress().getPort();
            return port >= first && port < end;
        }
    }

    /// Without SNI the name is empty.
    record ServerName(StringMatch match) implements RbacCondition {
        @Override
        public boolean holds(RequestFacts facts) {
            String name = facts.requestedServerName();
            return match.matches(name == null ? "" : name);
        }
    }

    /// @param fromRoute whether the route's own metadata is read, not what filters noted
    record Metadata(MetadataMatch match, boolean fromRoute) implements RbacCondition {
        @Override
        public boolean holds(RequestFacts facts) {
            return match.matches(tree(facts));
        }

        /// What is looked into; null: nothing is noted.
        @Nullable Object tree(RequestFacts facts) {
            if (!fromRoute) {
                return facts.dynamicMetadata(match.namespace());
            }
            Route route = facts.route();
            return route == null ? null : route.metadata().get(match.namespace());
        }
    }

    /// The caller's verified certificate.
    ///
    /// Envoy: any of its names counts, so that a certificate with a second name is denied by that
    /// one, too.
    ///
    /// @param name what one of its names must be; null: any
    record Authenticated(@Nullable StringMatch name) implements RbacCondition {
        @Override
        public boolean holds(RequestFacts facts) {
            List<String> names = facts.peerNames();
            for (int i = 0; i < names.size(); i++) {
                if (name == null || name.matches(names.get(i))) {
                    return true;
                }
            }
            return false;
        }
    }

    /// @param direct whether the connection's peer is meant, whatever `x-forwarded-for` says
    record RemoteIp(CidrRange range, boolean direct) implements RbacCondition {
        @Override
        public boolean holds(RequestFacts facts) {
            return contains(
                    range,
                    direct
                            ? facts.downstreamDirectRemoteAddress()
                            : facts.downstreamRemoteAddress());
        }
    }

    record FilterState(String key, StringMatch match) implements RbacCondition {
        @Override
        public boolean holds(RequestFacts facts) {
            String value = facts.filterState(key);
            return value != null && match.matches(value);
        }
    }

    private static boolean contains(CidrRange range, InetSocketAddress address) {
        return address.getAddress() != null && range.contains(address.getAddress());
    }
}
