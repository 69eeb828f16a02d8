/// Virtual services to route configurations. Pure.
@NullMarked
package io.meltemi.pilot.translate.route;

import org.jspecify.annotations.NullMarked;
