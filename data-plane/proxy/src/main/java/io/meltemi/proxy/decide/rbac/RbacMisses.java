package io.meltemi.proxy.decide.rbac;

import io.meltemi.proxy.decide.RequestFacts;
import io.meltemi.proxy.decide.match.ConditionText;
import io.meltemi.proxy.decide.match.HeaderMatch;
import io.meltemi.proxy.decide.match.MetadataMatch;
import io.meltemi.proxy.decide.match.Miss;
import io.meltemi.proxy.decide.match.StringMatch;
import io.meltemi.proxy.decide.rbac.RbacEngine.Policy;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What would have to be different for a policy to match: of alternatives the nearest ones.
/// Thread-safe: stateless; asks the conditions themselves, so that nothing is missed exactly when
/// they hold.
public final class RbacMisses {
    private static final String MUST = "must ";
    private static final String CLAIMS = "envoy.filters.http.jwt_authn";

    /// How Istio's policies name a part of an identity.
    private static final List<Part> PARTS =
            List.of(
                    new Part(Pattern.compile("\\.\\*/ns/(.*)/\\.\\*"), "namespace", ""),
                    new Part(
                            Pattern.compile(
                                    "spiffe://\\.\\+/ns/(.*)/\\(\\.\\+/\\|\\)sa/(.*)\\(/\\.\\+\\)\\?"),
                            "service account",
                            "/"),
                    new Part(Pattern.compile("spiffe://(.*)/\\.\\*"), "trust domain", ""));

    private record Part(Pattern expression, String name, String between) {}

    private RbacMisses() {}

    /// Everything that keeps a policy from matching; empty when it matches.
    public static List<Miss> of(Policy policy, RequestFacts facts) {
        Set<Miss> all = new LinkedHashSet<>(of(policy.principal(), facts));
        all.addAll(of(policy.permission(), facts));
        return List.copyOf(all);
    }

    static List<Miss> of(RbacCondition condition, RequestFacts facts) {
        if (condition.holds(facts)) {
            return List.of();
        }
        return switch (condition) {
            case RbacCondition.And(List<RbacCondition> all) -> together(all, facts);
            case RbacCondition.Or(List<RbacCondition> any) -> nearest(any, facts);
            case RbacCondition.Not(RbacCondition not) -> forbidden(not, facts);
            default -> List.of(miss(condition, false, facts));
        };
    }

    private static List<Miss> together(List<RbacCondition> all, RequestFacts facts) {
        Set<Miss> misses = new LinkedHashSet<>();
        all.forEach(each -> misses.addAll(of(each, facts)));
        return List.copyOf(misses);
    }

    /// Of alternatives those with the fewest misses; a list of values is one condition.
    private static List<Miss> nearest(List<RbacCondition> any, RequestFacts facts) {
        if (any.isEmpty()) {
            return List.of(Miss.NEVER);
        }
        List<List<Miss>> each = any.stream().map(one -> of(one, facts)).toList();
        int least = each.stream().mapToInt(List::size).min().orElseThrow();
        List<List<Miss>> fewest = each.stream().filter(m -> m.size() == least).toList();
        return least == 1 ? List.of(joined(fewest)) : fewest.getFirst();
    }

    /// Of one attribute one sentence: `a must be "x" or be "y", is "z"`.
    private static Miss joined(Collection<List<Miss>> singles) {
        Set<Miss> all = new LinkedHashSet<>();
        singles.forEach(each -> all.add(each.getFirst()));
        Miss first = all.iterator().next();
        boolean alike =
                all.stream()
                        .allMatch(each ->
                                each.attribute().equals(first.attribute())
                                        && each.found().equals(first.found())
                                        && each.demand().startsWith(MUST));
        return alike ? ofOne(first, all) : ofSeveral(all);
    }

    private static Miss ofOne(Miss first, Set<Miss> all) {
        return new Miss(
                first.attribute(),
                MUST
                        + String.join(
                                " or ",
                                all.stream()
                                        .map(m -> m.demand().substring(MUST.length()))
                                        .toList()),
                first.found());
    }

    /// Each of them would do.
    private static Miss ofSeveral(Set<Miss> all) {
        if (all.size() == 1) {
            return all.iterator().next();
        }
        return new Miss(
                String.join(" or ", all.stream().map(Miss::attribute).distinct().toList()),
                "must differ",
                String.join(", or ", all.stream().map(Miss::text).toList()));
    }

    /// What holds and must not: each alternative that does.
    private static List<Miss> forbidden(RbacCondition condition, RequestFacts facts) {
        return switch (condition) {
            case RbacCondition.Or(List<RbacCondition> any) -> {
                Set<Miss> misses = new LinkedHashSet<>();
                any.stream()
                        .filter(each -> each.holds(facts))
                        .forEach(each -> misses.addAll(forbidden(each, facts)));
                yield List.copyOf(misses);
            }
            // One of them would be enough: which one is not said by the policy.
            case RbacCondition.And(List<RbacCondition> all) ->
                    all.isEmpty()
                            ? List.of(Miss.NEVER)
                            : List.of(
                                    ofSeveral(
                                            all.stream()
                                                    .flatMap(a -> forbidden(a, facts).stream())
                                                    .collect(
                                                            Collectors.toCollection(
                                                                    LinkedHashSet::new))));
            case RbacCondition.Not(RbacCondition not) -> of(not, facts);
            case RbacCondition.Any _ -> List.of(Miss.NEVER);
            default -> List.of(miss(condition, true, facts));
        };
    }

    private static Miss miss(RbacCondition condition, boolean invert, RequestFacts facts) {
        return switch (condition) {
            case RbacCondition.Header(HeaderMatch match) ->
                    ConditionText.miss(
                            invert ? turned(match) : match,
                            HeaderMatch.joined(facts.requestHeaders(), match.name()));
            case RbacCondition.UrlPath(StringMatch match) ->
                    Miss.of("path", ConditionText.of(match), invert, facts.plainPath());
            case RbacCondition.PathTemplate(var template) ->
                    Miss.of("path", ConditionText.of(template), invert, facts.plainPath());
            case RbacCondition.DestinationIp(CidrRange range) ->
                    Miss.of(
                            "destination address",
                            "be in " + range,
                            invert,
                            address(facts.downstreamLocalAddress()));
            case RbacCondition.DestinationPort(int first, int end) ->
                    Miss.of(
                            "port",
                            end == first + 1 ? "be " + first : "be in [" + first + ", " + end + ")",
                            invert,
                            Integer.toString(facts.downstreamLocalAddress().getPort()));
            case RbacCondition.ServerName(StringMatch match) ->
                    Miss.of(
                            "server name (SNI)",
                            ConditionText.of(match),
                            invert,
                            facts.requestedServerName());
            case RbacCondition.Metadata metadata -> metadata(metadata, invert, facts);
            case RbacCondition.Authenticated(StringMatch name) -> caller(name, invert, facts);
            case RbacCondition.RemoteIp(CidrRange range, boolean direct) ->
                    Miss.of(
                            direct ? "source address" : "client address",
                            "be in " + range,
                            invert,
                            address(
                                    direct
                                            ? facts.downstreamDirectRemoteAddress()
                                            : facts.downstreamRemoteAddress()));
            case RbacCondition.FilterState(String key, StringMatch match) ->
                    Miss.of(
                            "connection's " + key,
                            ConditionText.of(match),
                            invert,
                            facts.filterState(key));
            case RbacCondition.Any _,
                    RbacCondition.And _,
                    RbacCondition.Or _,
                    RbacCondition.Not _ ->
                    Miss.NEVER;
        };
    }

    private static HeaderMatch turned(HeaderMatch match) {
        return new HeaderMatch(match.name(), match.test(), !match.invert(), match.missingIsEmpty());
    }

    private static @Nullable String address(java.net.InetSocketAddress address) {
        return address.getAddress() == null ? null : address.getAddress().getHostAddress();
    }

    /// Istio's policies know parts of an identity; Envoy's know only all of it.
    private static Miss caller(@Nullable StringMatch name, boolean invert, RequestFacts facts) {
        List<String> names = facts.peerNames();
        String is = names.isEmpty() ? null : String.join(" or ", names);
        String wanted = name == null ? "be proven" : ConditionText.of(name);
        String what = "caller";
        if (name instanceof StringMatch.Regex(var pattern)) {
            for (Part part : PARTS) {
                Matcher matcher = part.expression().matcher(pattern.pattern());
                if (matcher.matches()) {
                    what = "caller's " + part.name();
                    wanted = "be " + value(part, matcher);
                    break;
                }
            }
        }
        return is == null && !invert
                ? new Miss(what, MUST + wanted, "is unknown: no certificate was shown")
                : Miss.of(what, wanted, invert, is);
    }

    private static String value(Part part, Matcher matcher) {
        StringBuilder value = new StringBuilder();
        for (int i = 1; i <= matcher.groupCount(); i++) {
            value.append(i == 1 ? "" : part.between());
            value.append(matcher.group(i).replace(".*", "*").replace("\\", ""));
        }
        return "\"" + value + "\"";
    }

    private static Miss metadata(
            RbacCondition.Metadata condition, boolean invert, RequestFacts facts) {
        MetadataMatch match = condition.match();
        Object value = MetadataMatch.lookUp(condition.tree(facts), match.path());
        // The first key is where the filter keeps what it noted of tokens.
        List<String> path = match.path();
        String what =
                match.namespace().equals(CLAIMS) && path.size() > 1
                        ? "token's claim " + String.join(".", path.subList(1, path.size()))
                        : match.namespace() + " " + String.join(".", path);
        return Miss.of(
                what,
                ConditionText.of(match.value()),
                match.invert() != invert,
                value == null ? null : value.toString());
    }
}
