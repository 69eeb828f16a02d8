package io.meltemi.galley.validate;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.HttpRoute.Body;
import io.meltemi.model.config.HttpRoute.HttpDirectResponse;
import io.meltemi.model.config.HttpRoute.HttpRedirect;
import io.meltemi.model.config.HttpRoute.RedirectPort;
import java.nio.charset.StandardCharsets;

/// The rules of what the proxy answers by itself. Immutable.
final class HttpAnswerValidation {
    /// Istio's limit, and of every route configuration that Pilot makes. Bytes.
    private static final int LARGEST_BODY = 1_048_576;

    private HttpAnswerValidation() {}

    static void redirect(HttpRedirect redirect, FieldPath path, Findings findings) {
        if (redirect.uri().isEmpty()
                && redirect.authority().isEmpty()
                && redirect.port().isEmpty()
                && redirect.scheme().isEmpty()) {
            findings.judge(
                    Code.SCHEMA, path, "a redirect must specify uri, authority, scheme or port");
        }
        redirect.code()
                .ifPresent(code -> {
                    // 0 stands for the default, as in the protocol buffers.
                    if (code != 0 && (code < 300 || code > 399)) {
                        findings.judge(
                                Code.SCHEMA,
                                path.field("redirectCode"),
                                "%d is not a redirect code: 301, 302, 303, 307 or 308"
                                        .formatted(code));
                    } else if (code != 0 && !isServed(code)) {
                        findings.judge(
                                Code.NOT_SUPPORTED,
                                path.field("redirectCode"),
                                "redirect code %d is not supported: the proxies know 301, 302, 303, 307 and 308"
                                        .formatted(code));
                    }
                });
        redirect.scheme()
                .filter(scheme -> !scheme.equals("http") && !scheme.equals("https"))
                .ifPresent(scheme ->
                        findings.judge(
                                Code.SCHEMA,
                                path.field("scheme"),
                                "redirect scheme '%s' must be http or https".formatted(scheme)));
        redirect.port()
                .ifPresent(port -> {
                    if (port instanceof RedirectPort.Fixed(int number) && number > 0) {
                        QuantityRules.port(number, path.field("port"), findings);
                    }
                });
    }

    private static boolean isServed(int code) {
        return switch (code) {
            case 301, 302, 303, 307, 308 -> true;
            default -> false;
        };
    }

    static void directResponse(HttpDirectResponse answer, FieldPath path, Findings findings) {
        QuantityRules.httpStatus(answer.status(), path.field("status"), findings);
        answer.body()
                .ifPresent(body -> {
                    long size =
                            switch (body) {
                                case Body.Text(String text) ->
                                        text.getBytes(StandardCharsets.UTF_8).length;
                                case Body.Bytes(String base64) -> base64.length() / 4L * 3;
                            };
                    if (size > LARGEST_BODY) {
                        findings.judge(
                                Code.SCHEMA,
                                path.field("body"),
                                "the body is %d bytes long, at most %d are allowed"
                                        .formatted(size, LARGEST_BODY));
                    }
                });
    }
}
