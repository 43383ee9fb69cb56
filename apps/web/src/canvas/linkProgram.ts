import { EdgeProgram, type EdgeProgramType } from 'sigma/rendering';
import type { EdgeDisplayData, NodeDisplayData, RenderParams } from 'sigma/types';
import { floatColor } from 'sigma/utils';

const vertexShader = /* glsl */ `
attribute vec2 a_start;
attribute vec2 a_end;
attribute vec4 a_color;
attribute float a_width;
attribute float a_dash;
attribute vec4 a_id;
attribute vec2 a_corner;

uniform mat3 u_matrix;
uniform vec2 u_viewport;
uniform float u_pixelRatio;

varying vec4 v_color;
varying float v_along;
varying float v_side;
varying float v_half;
varying float v_dash;

void main() {
  // In CSS pixels, so that widths and dashes stay the same at every zoom.
  vec2 start = (u_matrix * vec3(a_start, 1)).xy * u_viewport * 0.5;
  vec2 end = (u_matrix * vec3(a_end, 1)).xy * u_viewport * 0.5;
  float length_ = max(distance(start, end), 0.001);
  vec2 direction = (end - start) / length_;
  float half_ = a_width * 0.5;
  float reach = half_ + 1.0 / u_pixelRatio;
  vec2 place = mix(start, end, a_corner.x) + vec2(-direction.y, direction.x) * a_corner.y * reach;
  gl_Position = vec4(place / (u_viewport * 0.5), 0, 1);
  v_along = a_corner.x * length_;
  v_side = a_corner.y * reach;
  v_half = half_;
  v_dash = a_dash;
  #ifdef PICKING_MODE
  v_color = a_id;
  #else
  v_color = a_color;
  #endif
}
`;

const fragmentShader = /* glsl */ `
precision highp float;
varying vec4 v_color;
varying float v_along;
varying float v_side;
varying float v_half;
varying float v_dash;
uniform float u_pixelRatio;

void main() {
  #ifdef PICKING_MODE
  gl_FragColor = v_color;
  #else
  float feather = 0.7 / u_pixelRatio;
  float across = abs(v_side);
  float distance_ = across - v_half;
  // Dashed: 5 on, 4 off. Dotted: round dots every 4.
  if (v_dash > 1.5) {
    float at = mod(v_along, 4.0) - 2.0;
    distance_ = length(vec2(at, v_side)) - (v_half + 0.25);
  } else if (v_dash > 0.5) {
    float at = abs(mod(v_along, 9.0) - 4.5);
    distance_ = max(distance_, at - 2.5);
  }
  float cover = 1.0 - smoothstep(-feather, feather, distance_);
  gl_FragColor = vec4(v_color.rgb * v_color.a, v_color.a) * cover;
  #endif
}
`;

const uniforms = ['u_matrix', 'u_viewport', 'u_pixelRatio'] as const;

/** Two triangles: along the line (0 its start, 1 its end) and across it. Written out, as instances are slow in software. */
const corners = [
  [0, -1],
  [1, -1],
  [1, 1],
  [0, -1],
  [1, 1],
  [0, 1],
] as const;

type LinkData = EdgeDisplayData & { dash: number };

/** Straight lines whose dashes say how certain a relationship is. */
class LinkProgram extends EdgeProgram<(typeof uniforms)[number]> {
  override getDefinition() {
    const { FLOAT, UNSIGNED_BYTE, TRIANGLES } = WebGLRenderingContext;
    return {
      VERTICES: 6,
      VERTEX_SHADER_SOURCE: vertexShader,
      FRAGMENT_SHADER_SOURCE: fragmentShader,
      METHOD: TRIANGLES,
      UNIFORMS: uniforms,
      ATTRIBUTES: [
        { name: 'a_start', size: 2, type: FLOAT },
        { name: 'a_end', size: 2, type: FLOAT },
        { name: 'a_color', size: 4, type: UNSIGNED_BYTE, normalized: true },
        { name: 'a_width', size: 1, type: FLOAT },
        { name: 'a_dash', size: 1, type: FLOAT },
        { name: 'a_corner', size: 2, type: FLOAT },
        { name: 'a_id', size: 4, type: UNSIGNED_BYTE, normalized: true },
      ],
    };
  }

  override processVisibleItem(
    index: number,
    start: number,
    source: NodeDisplayData,
    target: NodeDisplayData,
    data: EdgeDisplayData,
  ): void {
    const { color, size, dash } = data as LinkData;
    const array = this.array;
    const colour = floatColor(color);
    let at = start;
    for (const [along, side] of corners) {
      array[at++] = source.x;
      array[at++] = source.y;
      array[at++] = target.x;
      array[at++] = target.y;
      array[at++] = colour;
      array[at++] = size;
      array[at++] = dash;
      array[at++] = along;
      array[at++] = side;
      array[at++] = index;
    }
  }

  override setUniforms(
    params: RenderParams,
    { gl, uniformLocations }: Parameters<EdgeProgram['setUniforms']>[1],
  ): void {
    const at = uniformLocations as Record<(typeof uniforms)[number], WebGLUniformLocation>;
    gl.uniformMatrix3fv(at.u_matrix, false, params.matrix);
    gl.uniform2f(at.u_viewport, params.width, params.height);
    gl.uniform1f(at.u_pixelRatio, params.pixelRatio);
  }
}

export const linkProgram = LinkProgram as unknown as EdgeProgramType;
