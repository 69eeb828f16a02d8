package io.meltemi.proxy.decide.rbac;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.fixtures.Chances;
import io.meltemi.proxy.decide.match.HeaderMatch;
import io.meltemi.proxy.decide.match.StringMatch;
import io.meltemi.proxy.decide.rbac.RbacEngine.Policy;
import io.meltemi.proxy.filter.testing.FakeFilterStream;
import io.netty.channel.DefaultEventLoop;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Many policies decide what they decide one by one. Confined to its test.
final class PathIndexTest {
    private static final String LETTERS = "/ab";

    @Test
    void theFirstThatMatchesIsFoundAmongMany() {
        DefaultEventLoop loop = new DefaultEventLoop();
        Chances.times(
                200,
                chances -> {
                    List<Policy> policies = new ArrayList<>();
                    for (int i = 0; i < 40; i++) {
                        policies.add(
                                new Policy(
                                        "p" + (100 + i),
                                        condition(chances, 3),
                                        condition(chances, 1)));
                    }
                    RbacEngine engine = new RbacEngine(RbacEngine.Action.ALLOW, policies);
                    for (int i = 0; i < 20; i++) {
                        FakeFilterStream request =
                                new FakeFilterStream(loop)
                                        .header(":method", chances.oneIn(2) ? "GET" : "PUT")
                                        .header(":path", "/" + chances.text(LETTERS + "?", 6));

                        assertThat(engine.match(request, null))
                                .isEqualTo(oneByOne(policies, request));
                    }
                });
        var _ = loop.shutdownGracefully();
    }

    private static int oneByOne(List<Policy> policies, FakeFilterStream request) {
        for (int i = 0; i < policies.size(); i++) {
            Policy policy = policies.get(i);
            if (policy.permission().holds(request) && policy.principal().holds(request)) {
                return i;
            }
        }
        return RbacEngine.NONE;
    }

    private static RbacCondition condition(Chances chances, int depth) {
        String path = "/" + chances.text(LETTERS, 4);
        return switch (chances.number(0, depth > 0 ? 6 : 3)) {
            case 0, 1 -> new RbacCondition.UrlPath(new StringMatch.Exact(path, chances.oneIn(5)));
            case 2 -> new RbacCondition.UrlPath(new StringMatch.Prefix(path, chances.oneIn(5)));
            case 3 ->
                    new RbacCondition.Header(
                            new HeaderMatch(
                                    ":method",
                                    new HeaderMatch.Value(new StringMatch.Exact("GET", false)),
                                    false,
                                    false));
            case 4 -> new RbacCondition.Not(condition(chances, depth - 1));
            case 5 -> new RbacCondition.And(conditions(chances, depth));
            default -> new RbacCondition.Or(conditions(chances, depth));
        };
    }

    private static List<RbacCondition> conditions(Chances chances, int depth) {
        return List.of(condition(chances, depth - 1), condition(chances, depth - 1));
    }
}
