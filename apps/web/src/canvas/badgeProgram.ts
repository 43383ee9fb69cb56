import { NodeProgram, type NodeProgramType } from 'sigma/rendering';
import type { NodeDisplayData, RenderParams } from 'sigma/types';
import { floatColor } from 'sigma/utils';
import { atlasSize, type BadgeAtlas, cellShare } from './badgeAtlas.ts';
import { type Colours, channels } from './colours.ts';

const vertexShader = /* glsl */ `
attribute vec2 a_position;
attribute float a_size;
attribute float a_cell;
attribute float a_fade;
attribute vec4 a_color;
attribute vec4 a_id;

uniform mat3 u_matrix;
uniform float u_sizeRatio;
uniform float u_pixelRatio;

varying vec2 v_cell;
varying float v_isDot;
varying vec4 v_color;
varying float v_fade;
varying vec4 v_id;

const float columns = 16.0;

void main() {
  float radius = a_size / u_sizeRatio;
  // Below 6 px a badge is a dot of its colour: an icon could not be read.
  v_isDot = radius < 6.0 ? 1.0 : 0.0;
  gl_Position = vec4((u_matrix * vec3(a_position, 1)).xy, 0, 1);
  gl_PointSize = radius * 2.0 * u_pixelRatio * (v_isDot > 0.5 ? 1.1 : ${cellShare.toFixed(4)});
  v_cell = vec2(mod(a_cell, columns), floor(a_cell / columns));
  v_color = a_color;
  v_fade = a_fade;
  v_id = a_id;
}
`;

const fragmentShader = /* glsl */ `
precision highp float;
varying vec2 v_cell;
varying float v_isDot;
varying vec4 v_color;
varying float v_fade;
varying vec4 v_id;
uniform sampler2D u_atlas;
uniform vec3 u_ground;

const float columns = 16.0;

void main() {
  vec4 texel;
  if (v_isDot > 0.5) {
    float cover = 1.0 - smoothstep(0.8, 1.05, length(gl_PointCoord * 2.0 - 1.0) * 1.1);
    texel = vec4(v_color.rgb * cover, cover);
  } else {
    texel = texture2D(u_atlas, (v_cell + gl_PointCoord) / columns, -0.6);
  }
  #ifdef PICKING_MODE
  if (texel.a < 0.5) discard;
  gl_FragColor = v_id;
  #else
  // Faded towards the ground instead of see-through: lines beneath must not shine through a badge.
  gl_FragColor = vec4(mix(texel.rgb, u_ground * texel.a, v_fade), texel.a);
  #endif
}
`;

const uniforms = ['u_matrix', 'u_sizeRatio', 'u_pixelRatio', 'u_atlas', 'u_ground'] as const;

type BadgeData = NodeDisplayData & { cell: number; fade: number };

/**
 * Draws every entity as one point that samples its badge from the atlas. Points, not instanced quads: where rendering is
 * done in software an instance costs as much as a draw call (20k entities: 2 s a frame against 0.1).
 */
export function badgeProgram(atlas: BadgeAtlas, colours: () => Colours): NodeProgramType {
  return class extends NodeProgram<(typeof uniforms)[number]> {
    #textures = new Map<
      WebGLRenderingContext | WebGL2RenderingContext,
      { texture: WebGLTexture; version: number }
    >();

    override getDefinition() {
      const { FLOAT, UNSIGNED_BYTE, POINTS } = WebGLRenderingContext;
      return {
        VERTICES: 1,
        VERTEX_SHADER_SOURCE: vertexShader,
        FRAGMENT_SHADER_SOURCE: fragmentShader,
        METHOD: POINTS,
        UNIFORMS: uniforms,
        ATTRIBUTES: [
          { name: 'a_position', size: 2, type: FLOAT },
          { name: 'a_size', size: 1, type: FLOAT },
          { name: 'a_cell', size: 1, type: FLOAT },
          { name: 'a_fade', size: 1, type: FLOAT },
          { name: 'a_color', size: 4, type: UNSIGNED_BYTE, normalized: true },
          { name: 'a_id', size: 4, type: UNSIGNED_BYTE, normalized: true },
        ],
      };
    }

    override processVisibleItem(nodeIndex: number, start: number, data: NodeDisplayData): void {
      const { x, y, size, cell, fade, color } = data as BadgeData;
      const array = this.array;
      array[start] = x;
      array[start + 1] = y;
      array[start + 2] = size;
      array[start + 3] = cell;
      array[start + 4] = fade;
      array[start + 5] = floatColor(color);
      array[start + 6] = nodeIndex;
    }

    override setUniforms(
      params: RenderParams,
      { gl, uniformLocations }: Parameters<NodeProgram['setUniforms']>[1],
    ): void {
      const at = uniformLocations as Record<(typeof uniforms)[number], WebGLUniformLocation>;
      gl.uniformMatrix3fv(at.u_matrix, false, params.matrix);
      gl.uniform1f(at.u_sizeRatio, params.sizeRatio);
      gl.uniform1f(at.u_pixelRatio, params.pixelRatio);
      const [red, green, blue] = channels(colours().canvas);
      gl.uniform3f(at.u_ground, red / 255, green / 255, blue / 255);
      gl.activeTexture(gl.TEXTURE0);
      gl.bindTexture(gl.TEXTURE_2D, this.#textureFor(gl));
      gl.uniform1i(at.u_atlas, 0);
    }

    #textureFor(gl: WebGLRenderingContext | WebGL2RenderingContext): WebGLTexture {
      let held = this.#textures.get(gl);
      if (held?.version === atlas.version) return held.texture;
      held ??= { texture: gl.createTexture() as WebGLTexture, version: -1 };
      held.version = atlas.version;
      this.#textures.set(gl, held);
      gl.bindTexture(gl.TEXTURE_2D, held.texture);
      gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, true);
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, atlas.canvas);
      gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, false);
      // WebGL1 cannot make mipmaps of a texture whose edge is no power of two.
      if ('texStorage2D' in gl || (atlasSize & (atlasSize - 1)) === 0) {
        gl.generateMipmap(gl.TEXTURE_2D);
        gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR_MIPMAP_LINEAR);
      } else {
        gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR);
      }
      gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
      gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
      return held.texture;
    }
  } as unknown as NodeProgramType;
}
