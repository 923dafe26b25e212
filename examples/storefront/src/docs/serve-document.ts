import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';

/** Where Swagger UI is. */
export const DOCS_PATH = 'docs';

/** The OpenAPI document of the shop and of Tasker, with Swagger UI to try it. */
export function serveDocument(app: INestApplication): void {
  const config = new DocumentBuilder().setTitle('Storefront').addBearerAuth().build();
  SwaggerModule.setup(DOCS_PATH, app, () => SwaggerModule.createDocument(app, config), {
    swaggerOptions: { persistAuthorization: true },
  });
}
