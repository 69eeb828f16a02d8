package io.meltemi.galley.gatewayapi;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.gatewayapi.ApiStatus.ParentName;
import io.meltemi.galley.gatewayapi.ApiStatus.ParentStatus;
import io.meltemi.galley.gatewayapi.GatewayApiObject.ParentRef;
import io.meltemi.galley.gatewayapi.GatewayApiObject.RouteObject;
import io.meltemi.galley.gatewayapi.ListenerView.Attachment;
import io.meltemi.galley.gatewayapi.RouteRules.Problem;
import io.meltemi.galley.gatewayapi.RouteRules.Routes;
import java.util.ArrayList;
import java.util.List;

/// Gathers what became of a route at each of its parents, and reports what went wrong there.
/// Confined to one reading.
final class RouteStatus {
    private final Written<RouteObject> route;
    private final List<ParentStatus> parents = new ArrayList<>();

    RouteStatus(Written<RouteObject> route) {
        this.route = route;
    }

    /// @param attachment whether the parent takes it
    /// @param converted what it would take; Istio: of several problems the last is told
    void add(ParentRef parent, Attachment attachment, Routes converted) {
        List<Problem> problems = converted.problems();
        ApiCondition references =
                problems.isEmpty()
                        ? ApiCondition.resolved()
                        : ApiCondition.notResolved(
                                problems.getLast().reason(), problems.getLast().message());
        parents.add(
                new ParentStatus(name(parent), List.of(accepted(parent, attachment), references)));
    }

    private ApiCondition accepted(ParentRef parent, Attachment attachment) {
        return switch (attachment) {
            case Attachment.Accepted _ -> ApiCondition.accepted();
            case Attachment.Refused(String reason, int _, String message) -> {
                route.findings()
                        .judge(
                                Code.ROUTE_NOT_ACCEPTED,
                                parent.at(),
                                "not accepted (%s): %s".formatted(reason, message));
                yield ApiCondition.notAccepted(reason, message);
            }
        };
    }

    private ParentName name(ParentRef parent) {
        return new ParentName(
                parent.group(),
                parent.kind(),
                parent.namespace().orElse(route.namespace()),
                parent.name(),
                parent.sectionName().orElse(""),
                parent.port().orElse(0));
    }

    ApiStatus status() {
        return new ApiStatus(
                route.object().kind(),
                route.namespace(),
                route.name(),
                route.at(),
                List.of(),
                List.of(),
                parents);
    }
}
