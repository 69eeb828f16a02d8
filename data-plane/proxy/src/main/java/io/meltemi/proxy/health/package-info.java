/// (f) Active health checks: endpoints are asked again and again whether they are well.
@NullMarked
package io.meltemi.proxy.health;

import org.jspecify.annotations.NullMarked;
