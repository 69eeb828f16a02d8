package io.meltemi.galley.gatewayapi;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.gatewayapi.ApiStatus.ListenerStatus;
import io.meltemi.galley.gatewayapi.CertificateRefs.Resolution.Failed;
import io.meltemi.galley.gatewayapi.GatewayApiObject.GatewayObject;
import io.meltemi.galley.gatewayapi.ListenerTlsConversion.Outcome;
import java.util.List;

/// What became of a Gateway and of each of its listeners. Immutable.
///
/// Istio: what a listener cannot take of routes is the listener's condition, never the Gateway's.
final class GatewayStatus {
    private GatewayStatus() {}

    /// @param listeners all of the gateway
    static ApiStatus of(
            Written<GatewayObject> gateway, List<ListenerView> listeners, Attached attached) {
        return new ApiStatus(
                GatewayApiKind.GATEWAY,
                gateway.namespace(),
                gateway.name(),
                gateway.at(),
                List.of(ApiCondition.accepted(), ApiCondition.resolved()),
                listeners.stream().map(l -> listener(l, attached)).toList(),
                List.of());
    }

    private static ListenerStatus listener(ListenerView listener, Attached attached) {
        return new ListenerStatus(
                listener.listener().name(),
                attached.routes(listener),
                listener.supportedKinds(),
                List.of(accepted(listener), ApiCondition.noConflicts(), references(listener)));
    }

    /// Istio: nobody can be checked by authorities that are not there; that it says so of every
    /// reference without a grant too is Istio's way.
    private static ApiCondition accepted(ListenerView listener) {
        return listener.outcome() instanceof Outcome.Closed(Failed why)
                        && (why.reason().startsWith("InvalidCACertificate")
                                || why.reason().equals("RefNotPermitted"))
                ? ApiCondition.notAccepted("NoValidCACertificate", why.message())
                : ApiCondition.accepted();
    }

    private static ApiCondition references(ListenerView listener) {
        if (listener.outcome() instanceof Outcome.Closed(Failed why)) {
            return ApiCondition.notResolved(why.reason(), why.message());
        }
        List<String> unfit = listener.unfitKinds();
        if (unfit.isEmpty()) {
            return ApiCondition.resolved();
        }
        String message =
                "a listener of protocol %s takes no routes of kind %s"
                        .formatted(listener.listener().protocol(), String.join(", ", unfit));
        listener.gateway()
                .findings()
                .judge(
                        Code.REFERENCE_NOT_RESOLVED,
                        listener.listener().at().field("allowedRoutes").field("kinds"),
                        "not resolved (InvalidRouteKinds): " + message);
        return ApiCondition.notResolved("InvalidRouteKinds", message);
    }
}
