package io.meltemi.proxy.decide.rbac;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import io.meltemi.fixtures.Chances;
import io.meltemi.proxy.decide.DecisionLog;
import io.meltemi.proxy.decide.match.HeaderMatch;
import io.meltemi.proxy.decide.match.MetadataMatch;
import io.meltemi.proxy.decide.match.Miss;
import io.meltemi.proxy.decide.match.StringMatch;
import io.meltemi.proxy.decide.match.ValueMatch;
import io.meltemi.proxy.decide.rbac.RbacEngine.Policy;
import io.meltemi.proxy.filter.testing.FakeFilterStream;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What is said to be missing is missing, and nothing is when a policy matches.
final class RbacMissesTest {
    private static final RbacCondition ANY = new RbacCondition.Any();
    private final FakeFilterStream request =
            new FakeFilterStream(new EmbeddedChannel().eventLoop());

    @Test
    void somethingIsMissedExactlyWhenAConditionDoesNotHold() {
        Chances.times(
                3000,
                chances -> {
                    RbacCondition condition = condition(chances, 3);
                    FakeFilterStream asked =
                            new FakeFilterStream(request.eventLoop())
                                    .header(":method", chances.oneIn(2) ? "GET" : "PUT")
                                    .header(":path", "/" + chances.text("ab?", 4));
                    if (chances.oneIn(2)) {
                        asked.peer("spiffe://cluster.local/ns/" + chances.text("ab", 1) + "/sa/x");
                    }

                    assertThat(RbacMisses.of(condition, asked).isEmpty())
                            .isEqualTo(condition.holds(asked));
                });
    }

    @Test
    void theNearestOfSeveralWaysIsTold() {
        RbacCondition far = new RbacCondition.And(List.of(path("/x"), method("PUT"), port(81)));
        RbacCondition near = new RbacCondition.And(List.of(path("/"), method("POST")));

        assertThat(RbacMisses.of(new RbacCondition.Or(List.of(far, near)), request))
                .extracting(Miss::text)
                .containsExactly("method must be \"POST\", is \"GET\"");
    }

    @Test
    void valuesOfOneAttributeAreOneSentence() {
        RbacCondition some = new RbacCondition.Or(List.of(method("POST"), method("PUT")));

        assertThat(RbacMisses.of(new RbacCondition.And(List.of(some, path("/a"))), request))
                .extracting(Miss::text)
                .containsExactly(
                        "method must be \"POST\" or be \"PUT\", is \"GET\"",
                        "path must be \"/a\", is \"/\"");
    }

    @Test
    void whatMustNotBeIsToldAsSuch() {
        assertThat(RbacMisses.of(new RbacCondition.Not(method("GET")), request))
                .extracting(Miss::text)
                .containsExactly("method must not be \"GET\", is \"GET\"");
        assertThat(RbacMisses.of(new RbacCondition.Not(ANY), request))
                .extracting(Miss::text)
                .containsExactly("rule matches no request, whatever it is");
    }

    @Test
    void aCallerIsToldAsPoliciesKnowIt() {
        RbacCondition namespace = caller(".*/ns/shop/.*");
        RbacCondition account = caller("spiffe://.+/ns/shop/(.+/|)sa/web\\-1(/.+)?");

        assertThat(RbacMisses.of(namespace, request))
                .extracting(Miss::text)
                .containsExactly(
                        "caller's namespace must be \"shop\", is unknown: no certificate was"
                                + " shown");
        request.peer("spiffe://cluster.local/ns/other/sa/x");
        assertThat(RbacMisses.of(account, request))
                .extracting(Miss::text)
                .containsExactly(
                        "caller's service account must be \"shop/web-1\", is"
                                + " \"spiffe://cluster.local/ns/other/sa/x\"");
    }

    @Test
    void tokensAndAddressesAreNamed() throws java.io.IOException {
        request.setDynamicMetadata(
                "envoy.filters.http.jwt_authn", Map.of("payload", Map.of("sub", "jane")));
        RbacCondition claim =
                new RbacCondition.Metadata(
                        new MetadataMatch(
                                "envoy.filters.http.jwt_authn",
                                List.of("payload", "sub"),
                                new ValueMatch.Text(new StringMatch.Prefix("jo", false)),
                                false),
                        false);
        RbacCondition address =
                new RbacCondition.RemoteIp(
                        new CidrRange(InetAddress.ofLiteral("127.0.0.0"), 8), false);

        assertThat(RbacMisses.of(new RbacCondition.And(List.of(claim, address)), request))
                .extracting(Miss::text)
                .containsExactly(
                        "token's claim sub must begin with \"jo\", is \"jane\"",
                        "client address must be in 127.0.0.0/8, is \"10.0.0.1\"");
    }

    @Test
    void anEngineTellsWhatEachPolicyMissed() {
        RbacEngine engine =
                new RbacEngine(
                        RbacEngine.Action.ALLOW,
                        List.of(
                                new Policy("a", path("/x"), ANY),
                                new Policy("b", path("/"), caller("spiffe://.+")),
                                new Policy("c", ANY, ANY)));
        DecisionLog log = new DecisionLog();

        assertThat(engine.match(request, log)).isEqualTo(2);
        assertThat(log.entries())
                .extracting(
                        DecisionLog.Entry::subject,
                        DecisionLog.Entry::taken,
                        e -> e.misses().size())
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("a", false, 1),
                        org.assertj.core.groups.Tuple.tuple("b", false, 1),
                        org.assertj.core.groups.Tuple.tuple("c", true, 0));
    }

    /// A flood of requests that no policy matches costs no more than others.
    @Test
    void whatIsTooMuchIsNotLookedAtForTheNearest() {
        RbacCondition huge =
                new RbacCondition.Or(
                        java.util.stream.IntStream.range(0, 101)
                                .mapToObj(i -> path("/p" + i))
                                .toList());
        Policy near = new Policy("a", method("POST"), ANY);

        assertThat(engine(near, new Policy("b", huge, ANY)).nearest(request))
                .isEqualTo(
                        new RbacEngine.Nearest(
                                "a", List.of(Miss.of("method", "be \"POST\"", false, "GET"))));
        assertThat(engine(new Policy("a", huge, ANY)).nearest(request)).isNull();
        assertThat(engine().nearest(request)).isNull();
    }

    private static RbacEngine engine(Policy... policies) {
        return new RbacEngine(RbacEngine.Action.ALLOW, List.of(policies));
    }

    private static RbacCondition path(String path) {
        return new RbacCondition.UrlPath(new StringMatch.Exact(path, false));
    }

    private static RbacCondition method(String method) {
        return new RbacCondition.Header(
                new HeaderMatch(
                        ":method",
                        new HeaderMatch.Value(new StringMatch.Exact(method, false)),
                        false,
                        false));
    }

    private static RbacCondition port(int port) {
        return new RbacCondition.DestinationPort(port, port + 1);
    }

    private static RbacCondition caller(String expression) {
        return new RbacCondition.Authenticated(new StringMatch.Regex(Pattern.compile(expression)));
    }

    private static RbacCondition condition(Chances chances, int depth) {
        return switch (chances.number(0, depth > 0 ? 9 : 5)) {
            case 0 -> path("/" + chances.text("ab", 2));
            case 1 -> method(chances.oneIn(2) ? "GET" : "PUT");
            case 2 -> port(chances.oneIn(2) ? 8080 : 81);
            case 3 -> caller(".*/ns/" + chances.text("ab", 1) + "/.*");
            case 4 -> new RbacCondition.Authenticated(null);
            case 5 -> ANY;
            case 6 -> new RbacCondition.Not(condition(chances, depth - 1));
            case 7 -> new RbacCondition.And(chances.list(3, () -> condition(chances, depth - 1)));
            default -> new RbacCondition.Or(chances.list(3, () -> condition(chances, depth - 1)));
        };
    }
}
