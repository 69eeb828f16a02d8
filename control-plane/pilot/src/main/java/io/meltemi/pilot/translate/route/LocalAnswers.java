package io.meltemi.pilot.translate.route;

import com.google.protobuf.ByteString;
import com.google.protobuf.UInt32Value;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.route.v3.DirectResponseAction;
import io.envoyproxy.envoy.config.route.v3.RedirectAction;
import io.envoyproxy.envoy.config.route.v3.RedirectAction.RedirectResponseCode;
import io.meltemi.model.config.HttpRoute.Body;
import io.meltemi.model.config.HttpRoute.HttpDirectResponse;
import io.meltemi.model.config.HttpRoute.HttpRedirect;
import io.meltemi.model.config.HttpRoute.RedirectPath;
import io.meltemi.model.config.HttpRoute.RedirectPort;
import io.meltemi.model.config.HttpRoute.RegexRewrite;
import io.meltemi.pilot.translate.Protos;
import java.util.Base64;

/// What a proxy answers by itself: redirects and fixed answers. Thread-safe: pure.
final class LocalAnswers {
    /// Istio's choice; Envoy's own is 4 KiB.
    static final UInt32Value LARGEST_BODY = Protos.uint32(1_048_576);

    private LocalAnswers() {}

    /// @param port on which the caller calls
    /// @param scheme that the caller speaks
    static RedirectAction redirect(HttpRedirect redirect, int port, String scheme) {
        RedirectAction.Builder out = RedirectAction.newBuilder();
        redirect.authority().ifPresent(out::setHostRedirect);
        redirect.uri()
                .ifPresent(uri -> {
                    switch (uri) {
                        case RedirectPath.Whole(String path) -> out.setPathRedirect(path);
                        case RedirectPath.Prefix(String prefix) -> out.setPrefixRewrite(prefix);
                        case RedirectPath.Regex(RegexRewrite regex) ->
                                out.setRegexRewrite(RegexRewrites.translate(regex));
                    }
                });
        redirect.scheme().ifPresent(out::setSchemeRedirect);
        int number =
                redirect.port()
                        .map(p ->
                                switch (p) {
                                    case RedirectPort.Fixed(int n) -> n;
                                    case RedirectPort.FromRequest _ -> port;
                                    case RedirectPort.FromProtocol _ -> 0;
                                })
                        .orElse(0);
        if (!isUsual(number, redirect.scheme().orElse(scheme))) {
            out.setPortRedirect(number);
        }
        return out.setResponseCode(code(redirect.code().orElse(301))).build();
    }

    /// A port that the scheme stands for is not written.
    private static boolean isUsual(int port, String scheme) {
        return port == 0 || port == (scheme.equals("https") ? 443 : 80);
    }

    private static RedirectResponseCode code(int status) {
        return switch (status) {
            case 302 -> RedirectResponseCode.FOUND;
            case 303 -> RedirectResponseCode.SEE_OTHER;
            case 307 -> RedirectResponseCode.TEMPORARY_REDIRECT;
            case 308 -> RedirectResponseCode.PERMANENT_REDIRECT;
            default -> RedirectResponseCode.MOVED_PERMANENTLY;
        };
    }

    static DirectResponseAction directResponse(HttpDirectResponse answer) {
        DirectResponseAction.Builder out =
                DirectResponseAction.newBuilder().setStatus(answer.status());
        answer.body()
                .ifPresent(body -> {
                    switch (body) {
                        case Body.Text(String text) ->
                                out.setBody(DataSource.newBuilder().setInlineString(text));
                        case Body.Bytes(String base64) ->
                                out.setBody(
                                        DataSource.newBuilder()
                                                .setInlineBytes(
                                                        ByteString.copyFrom(
                                                                Base64.getDecoder()
                                                                        .decode(base64))));
                    }
                });
        return out.build();
    }
}
